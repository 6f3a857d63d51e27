/**
 * A certificate's serial number in the one spelling in which two are compared: capital hex digits, without colons and without
 * leading zeros. Undefined for a text that is none.
 */
export function plainSerial(text: string): string | undefined {
  const digits = text.replaceAll(":", "").toUpperCase();
  if (!/^[0-9A-F]{1,64}$/.test(digits)) return undefined;
  return digits.replace(/^0+(?=.)/, "");
}
