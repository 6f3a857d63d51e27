// Mocha's spec reporter, closed by one plain line that both people and CI can read: "N passed, N failed, N skipped".
const { reporters, Runner } = require("mocha");

class PlainReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
    });
  }
}

module.exports = PlainReporter;
