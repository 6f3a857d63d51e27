// The rooms and what each may import (docs/architecture.md draws the same table). test/rooms.test.ts shows that these rules bite.
const OURS = "^(domain|proto|runtime|client|server|notifier|cli|simulator|scripts|bench|test)/";
// Tests, and what only tests use, may import anything.
const TESTS = "(\\.test\\.ts$|/testing/|-for-test\\.ts$|^test/|\\.conformance\\.ts$|test-[a-z-]+\\.ts$)";

/** A room may import itself and the named ones. */
function room(name, ...others) {
  const allowed = [name, ...others].map((other) => (other.endsWith(".ts") ? `^${other}$` : `^${other}/`)).join("|");
  return {
    name: `${name}-imports`,
    severity: "error",
    comment: `${name}/ may import ${[name, ...others].join(", ")} and nothing else of ours`,
    from: { path: `^${name}/`, pathNot: TESTS },
    to: { path: OURS, pathNot: allowed },
  };
}

module.exports = {
  forbidden: [
    room("domain"),
    room("runtime", "domain"),
    room("proto", "domain"),
    room("client", "domain", "runtime", "proto"),
    room("server", "domain", "runtime", "proto"),
    room("notifier", "domain", "runtime", "proto"),
    room("simulator", "domain", "runtime"),
    room(
      "cli",
      "proto",
      "runtime",
      "domain",
      "scripts/certs",
      "(server|client|notifier|simulator/[a-z-]+)/main\\.ts",
      "(server|client|notifier|simulator)/config\\.ts",
    ),
    {
      name: "domain-is-pure",
      severity: "error",
      comment: "domain/ has no I/O, no clock and no randomness, so it needs no library",
      from: { path: "^domain/", pathNot: TESTS },
      to: { dependencyTypes: ["npm", "core"] },
    },
    {
      name: "wire-types-stay-at-the-edge",
      severity: "error",
      comment: "only proto/convert and the gRPC edges know the generated types",
      from: { path: "^server/", pathNot: `^server/(grpc/|start-server\\.ts$)|${TESTS}` },
      to: { path: "^proto/gen/" },
    },
    {
      name: "sqlite-stays-in-its-room",
      severity: "error",
      comment: "the rest of the server speaks to the port, server/store.ts",
      from: { path: "^server/", pathNot: `^server/(sqlite/|(start-server|restore)\\.ts$)|${TESTS}` },
      to: { path: "^server/sqlite/" },
    },
    {
      name: "no-circles",
      severity: "error",
      comment: "data flows one way",
      from: { pathNot: "^proto/gen/" },
      to: { circular: true },
    },
    {
      name: "no-test-code-in-production",
      severity: "error",
      comment: "what only tests need is not shipped in a process",
      from: { pathNot: `^bench/|${TESTS}` }, // which is not shipped either
      to: { path: TESTS },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(proto/gen/google|node_modules|data|certs)/" },
  },
};
