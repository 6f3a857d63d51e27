/** RFC 5321: a path is at most 256 octets with its angle brackets. */
const ADDRESS_LIMIT = 254;
const PLAIN_ADDRESS = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9.-]+$/i;

/**
 * Whether a text is one plain address. The server has checked it at registration; this is the last door before SMTP, where a
 * comma, a bracket or a line break would make a second recipient.
 */
export function isPlainAddress(text: string): boolean {
  return text.length <= ADDRESS_LIMIT && PLAIN_ADDRESS.test(text);
}
