// Makes the pictures in docs/mail/: mails of notifier/golden/ as a browser shows them, light and dark, on a phone and beside it.
// Run it after a change of how mails look: node scripts/picture-mails.ts (needs Chromium, which CHROMIUM=... may name, and pngquant).
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { parseMail } from "../simulator/mailbox/mail.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..");
const FOLDER = join(ROOT, "docs/mail");
const MAILS = ["alert", "alerts-held-and-reverted", "digest"];
const WIDTHS = [320, 600];
/** As Chromium's settings number them. */
const SCHEMES = { dark: 0, light: 1 };
const CHROMIUM = process.env["CHROMIUM"] ?? "chromium";
const FLAGS = [
  "--headless",
  "--no-sandbox", // it shows nothing but files of ours, and runs as root in containers
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
  "--force-device-scale-factor=1",
];
/** Tells how high the mail is at a width, for a window may not be as narrow as a picture; a mail itself has no script. */
const ruler = (width: number): string =>
  `<style>html{width:${width}px}</style><script>document.title = document.documentElement.offsetHeight;</script>`;
/** Enough for letters with smooth edges. */
const COLOURS = 48;
const TALL = 4_000;

/** A browser for one picture after another. */
class Browser {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A page as it stands in a window. */
  async picture(html: string, file: string, width: number, scheme: number): Promise<void> {
    const measured = await this.#open(html + ruler(width), width, TALL, scheme, "--dump-dom");
    const height = Number(/<title>(\d+)<\/title>/.exec(measured)?.[1]);
    await this.#open(html, width, height, scheme, `--screenshot=${file}`);
    await run("pngquant", ["--force", "--speed=1", "--nofs", "--output", file, String(COLOURS), file]);
  }

  async #open(html: string, width: number, height: number, scheme: number, task: string): Promise<string> {
    const page = join(this.#folder, "mail.html");
    writeFileSync(page, html);
    const profile = mkdtempSync(join(this.#folder, "profile-"));
    const window = [`--user-data-dir=${profile}`, `--window-size=${width},${height}`];
    const settings = `--blink-settings=preferredColorScheme=${scheme}`;
    const { stdout } = await run(CHROMIUM, [...FLAGS, ...window, settings, task, pathToFileURL(page).href]);
    return stdout;
  }
}

const folder = mkdtempSync(join(tmpdir(), "picture-mails-"));
try {
  mkdirSync(FOLDER, { recursive: true });
  const browser = new Browser(folder);
  for (const name of MAILS) {
    const { html } = await parseMail(readFileSync(join(ROOT, "notifier/golden", `${name}.eml`)), name, 0);
    for (const width of WIDTHS) {
      for (const [scheme, number] of Object.entries(SCHEMES)) {
        const file = join(FOLDER, `${name}-${scheme}-${width}.png`);
        await browser.picture(html, file, width, number);
        console.log(file);
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
