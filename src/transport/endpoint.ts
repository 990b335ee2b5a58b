/**
 * Where a socket goes, as a user writes it.
 *
 *     HOST  HOST:PORT  [IPv6]  [IPv6]:PORT
 *
 * A host is a name or an IPv4 address; an IPv6 address stands in brackets, because its colons would
 * hide the one in front of the port.
 *
 * @see docs/architecture.md, "The command line"
 * @module
 */

import { isIPv4, isIPv6 } from 'node:net';

/** A host and a port. */
export interface Endpoint {
  /** A name, or an address without brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

const PORT_MAX = 0xffff;
const HOST_MAX = 255;

/**
 * Reads `HOST[:PORT]`.
 *
 * @param defaultPort taken when the text has none
 * @throws {RangeError} no host; brackets around anything else than an IPv6 address, or none around
 *   one; a port that is not 1 to 65535; the message says which
 * @see docs/architecture.md, "The command line"
 */
export function parseEndpoint(text: string, defaultPort: number): Endpoint {
  const bracketed = /^\[(?<address>[^\]]*)\](?<rest>.*)$/su.exec(text)?.groups;
  if (bracketed !== undefined) {
    const { address = '', rest = '' } = bracketed;
    if (!isIPv6(address)) throw new RangeError(`expected an IPv6 address in "[]", found "${text}"`);
    return { host: address, port: portOf(rest, text, defaultPort) };
  }
  if (isIPv6(text))
    throw new RangeError(`expected "[${text}]", found an IPv6 address without "[]"`);
  const [host = ''] = text.split(':', 1);
  if (!isHost(host)) throw new RangeError(`expected HOST or HOST:PORT, found "${text}"`);
  return { host, port: portOf(text.slice(host.length), text, defaultPort) };
}

/** Writes an endpoint so that it reads back. */
export function endpointText({ host, port }: Endpoint): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What begins like an address has to be one: "10.0.0.256" is no name. */
function isHost(text: string): boolean {
  if (/^[0-9.]+$/u.test(text)) return isIPv4(text);
  return text.length <= HOST_MAX && /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}._-]*$/u.test(text);
}

/** @param rest what stands behind the host: nothing, or ":PORT" */
function portOf(rest: string, text: string, defaultPort: number): number {
  if (rest === '') return defaultPort;
  const port = /^:[0-9]{1,5}$/u.test(rest) ? Number(rest.slice(1)) : 0;
  if (port < 1 || port > PORT_MAX) {
    throw new RangeError(`expected a port of 1 to ${PORT_MAX} behind ":", found "${text}"`);
  }
  return port;
}
