type Method = (...values: unknown[]) => unknown;

/** The same object, with whatever its methods throw or reject with put into `told`'s words. */
export function guardErrors<Part extends object>(part: Part, told: (error: unknown) => unknown): Part {
  const retell = (error: unknown): never => {
    throw told(error);
  };
  return new Proxy(part, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...values: unknown[]) => {
        try {
          const result = (member as Method).apply(target, values);
          return result instanceof Promise ? result.catch(retell) : result;
        } catch (error) {
          return retell(error);
        }
      };
    },
  });
}
