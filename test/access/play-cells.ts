// Every method, called by every kind of caller: with an empty request, with bytes that are no message, and about another user's object.
// What comes of it must be what the policy says, in code and reason. A caller that is refused has sent a bad request, too, and hears
// nothing of that: certificate, role, user, request, object, in this order.
import { policyOf, refusalFor, type Verdict } from "./access-policy.ts";
import { CALLER_KINDS, nameOf, proofsOf, type CallerKind } from "./caller-kinds.ts";
import { CallerWorld } from "./caller-world.ts";
import { contractMethods, type ContractMethod } from "./contract-methods.ts";
import { OBJECT_REQUESTS } from "./object-requests.ts";

const EMPTY = Buffer.alloc(0);
const NO_MESSAGE = Buffer.from([0xff, 0xff]);
/** Ends the session that the other cells of its caller need. */
const LAST = "UserService/LogOut";

/** What is sent, and what must come of it. */
interface Cell {
  readonly method: ContractMethod;
  readonly request: string;
  readonly bytes: Buffer;
  readonly wanted: Verdict;
}

interface Play {
  /** Only one of so many cells. */
  readonly oneOf: number;
  /** Told of each violation, in a sentence. */
  readonly onViolation: (text: string) => void;
}

/** Plays the matrix, or a part of it; how many cells that were. */
export async function playCells({ oneOf, onViolation }: Play): Promise<number> {
  const world = await CallerWorld.open();
  try {
    let [passed, played] = [0, 0];
    for (const kind of CALLER_KINDS) {
      const caller = await world.caller(kind);
      for (const { method, request, bytes, wanted } of cellsOf(kind, world)) {
        if (passed++ % oneOf !== 0) continue;
        played += 1;
        const came = await world.call(caller, method, bytes);
        if (came !== wanted) onViolation(`${method.name}, ${nameOf(kind)}, ${request}: ${came} instead of ${wanted}`);
      }
    }
    for (const line of world.server.log) if (line.includes("defect")) onViolation(`the server logged ${line}`);
    return played;
  } finally {
    await world.close();
  }
}

function cellsOf(kind: CallerKind, world: CallerWorld): Cell[] {
  const methods = contractMethods().toSorted((a, b) => Number(a.name === LAST) - Number(b.name === LAST));
  return methods.flatMap((method) => cellsOfMethod(method, kind, world));
}

function cellsOfMethod(method: ContractMethod, kind: CallerKind, world: CallerWorld): Cell[] {
  const refusal = refusalFor(method.name, proofsOf(kind));
  const { empty, foreign, isOpenAtOnce = false } = policyOf(method.name);
  const noMessage = isOpenAtOnce ? "OPEN" : "INTERNAL INTERNAL_ERROR";
  const cells = [
    { method, request: "no message", bytes: NO_MESSAGE, wanted: refusal ?? noMessage },
    { method, request: "an empty request", bytes: EMPTY, wanted: refusal ?? empty },
  ];
  const about = OBJECT_REQUESTS[method.name];
  if (about === undefined || foreign === undefined) return cells;
  const bytes = about.bytesFor(world.foreign[about.thing]);
  return [{ method, request: "another user's object", bytes, wanted: refusal ?? foreign }, ...cells];
}
