/** Where a command reads and writes. */
export interface Terminal {
  /** How wide the screen is; null when the output goes elsewhere, so that nothing is cut. */
  readonly columns: number | null;
  /** How high it is; null when the output goes elsewhere. Both change when a person changes the window. */
  readonly rows: number | null;
  /** Whether colours are welcome on the output. */
  readonly colour: boolean;
  /** Whether a person sits at the input and can be asked. */
  readonly isInteractive: boolean;
  /** To the standard output, as it is. */
  write(text: string): void;
  /** To the standard error, as it is. */
  complain(text: string): void;
  /** Everything on the standard input until its end. */
  readInput(): Promise<string>;
  /** Asks and reads one line that does not show. Throws AppError CANCELLED on Ctrl-C. */
  askHidden(question: string): Promise<string>;
}
