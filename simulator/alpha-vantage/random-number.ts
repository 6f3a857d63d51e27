// Numbers that look random and are the same for the same name, on every machine: a simulated market is only worth something
// if a run can be had again.

/** A 32-bit number for a text (FNV-1a with a last mixing). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** Mixes the bits of a 32-bit number, so that neighbours look unrelated. */
export function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** A stream of numbers, each about normally distributed with mean 0 and deviation 1, within -3..3. */
export class NormalNumbers {
  #state: number;

  constructor(name: string) {
    this.#state = hashText(name);
  }

  next(): number {
    // Three uniform numbers in -1..1 have a variance of a third each.
    return this.#uniform() + this.#uniform() + this.#uniform();
  }

  #uniform(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return mix(this.#state) / 0x80000000 - 1;
  }
}
