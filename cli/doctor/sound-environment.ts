import { collectProblems } from "../../runtime/config/collect-problems.ts";
import { readSettings, type Environment } from "../../runtime/config/read-settings.ts";
import { settings, type SettingName } from "../../runtime/config/settings.ts";

/** An environment whose settings can all be read. */
export interface SoundEnvironment {
  readonly environment: Environment;
  /** The settings that were left out, because their text cannot be read: nobody knows what was meant. */
  readonly unreadable: ReadonlySet<SettingName>;
}

/** A mistake in one setting must not keep anything else from being looked at. Node's dangerous switch goes too; it is told of elsewhere. */
export function soundEnvironment(given: Environment): SoundEnvironment {
  const unreadable = new Set<SettingName>();
  const kept = Object.entries(given).filter(([name]) => {
    if (name === "NODE_TLS_REJECT_UNAUTHORIZED") return false;
    if (!name.startsWith("BELL_")) return true;
    if (!isSetting(name)) return false;
    const isReadable = collectProblems([], () => readSettings({ [name]: given[name] }, [name])) !== undefined;
    if (!isReadable) unreadable.add(name);
    return isReadable;
  });
  return { environment: Object.fromEntries(kept), unreadable };
}

function isSetting(name: string): name is SettingName {
  return name in settings;
}
