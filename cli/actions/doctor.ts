import type { Context } from "../context.ts";
import { doctorText } from "../doctor/doctor-text.ts";
import { runDoctor, type DoctorOptions } from "../doctor/run-doctor.ts";
import { EXIT } from "../exit-codes.ts";
import { Output } from "../output.ts";
import { QuietExit } from "../quiet-exit.ts";

/** `bell doctor`. Throws QuietExit when something fails, and what `runDoctor` throws. */
export async function showDoctor(context: Context, options: DoctorOptions): Promise<void> {
  const findings = await runDoctor(context, options);
  const output = new Output(context.terminal, options.json === true);
  output.show(findings, () => doctorText(findings, output.width));
  if (findings.some(({ state }) => state === "fail")) throw new QuietExit(EXIT.unexpected);
}
