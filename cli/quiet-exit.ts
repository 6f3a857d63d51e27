/** A command that has said everything ends with this exit code, and nothing more is told. */
export class QuietExit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit code ${exitCode}`);
    this.name = "QuietExit";
    this.exitCode = exitCode;
  }
}
