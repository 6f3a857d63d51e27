// Limits and rules that keep the code readable; the room rules are in .dependency-cruiser.cjs.
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "proto/gen/", "data/", "certs/", "**/*.cjs", "eslint.config.js"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }],
      "max-lines-per-function": ["error", { max: 70 }],
      complexity: ["error", 15],
      "max-depth": ["error", 4],
      "max-params": ["error", 5],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["**/*.test.ts", "**/*.conformance.ts", "test/**/*.ts"],
    rules: {
      "max-lines-per-function": "off", // a describe() is one function round all its cases
      "@typescript-eslint/no-unused-expressions": "off", // chai's `expect(x).to.be.true`
      "@typescript-eslint/no-non-null-assertion": "off", // a test that finds null should fail right there
    },
  },
  { files: ["cli/**/*.ts", "scripts/**/*.ts", "bench/**/*.ts", "test/long/**/*.ts"], rules: { "no-console": "off" } }, // these speak to a terminal
);
