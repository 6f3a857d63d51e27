import { Notifier } from "../../notifier/deliver.ts";
import { createLog } from "../../runtime/log/log.ts";
import type { Random } from "../random-history.ts";
import { ProcessClock, type Machine } from "./machine.ts";
import type { MailWeather } from "./mail-weather.ts";
import type { MemoryCall } from "./memory-call.ts";
import { NO_SMTP, SimulatedSessions } from "./simulated-smtp.ts";
import type { SinkRecord } from "./sink-record.ts";

interface HourNotifierOptions {
  readonly machine: Machine;
  readonly weather: MailWeather;
  readonly sink: SinkRecord;
  readonly random: Random;
  /** Calls whichever server is there. */
  readonly call: () => MemoryCall;
  readonly places: number;
}

/** The real notifier as a process of a simulated machine, with a mail server without sockets. */
export class HourNotifier {
  readonly #clock: ProcessClock;
  readonly #notifier: Notifier;
  #call: MemoryCall | null = null;

  constructor({ call, places, ...world }: HourNotifierOptions) {
    const { machine, random } = world;
    const clock = new ProcessClock(machine);
    this.#clock = clock;
    const deliver = () => {
      this.#call = clock.isDead ? null : call();
      return (this.#call ?? call()).client;
    };
    this.#notifier = new Notifier({
      client: { deliver },
      smtp: NO_SMTP,
      sessions: new SimulatedSessions({ ...world, clock }),
      from: { name: "Tickerbell", address: "bell@example.com" },
      places,
      clock,
      random: () => random(1_000) / 1_000,
      log: createLog("notifier", "silent"),
    });
  }

  /** Ends in good order, as time passes. */
  close(): Promise<void> {
    return this.#notifier.close();
  }

  /** What it was about to say is never said. */
  kill(): void {
    this.#clock.kill();
    this.#call?.breakOff();
  }
}
