// Loaded before a process of ours (node --expose-gc --import): answers its parent's every message with the memory that it holds
// after a collection, in bytes.
import { setImmediate } from "node:timers/promises";

const COLLECTIONS = 3;

process.on("message", () => {
  void heldBytes().then((bytes) => process.send?.(bytes));
});

/** Buffers lie outside the heap; one that is held is as bad as an object that is held. */
async function heldBytes(): Promise<number> {
  for (let round = 0; round < COLLECTIONS; round++) {
    globalThis.gc?.();
    await setImmediate(); // what finalizers let go, the next one collects
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
