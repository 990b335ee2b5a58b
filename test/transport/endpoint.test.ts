import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointText, parseEndpoint } from '../../src/transport/endpoint.ts';

const DEFAULT = 4729;

describe('parseEndpoint', () => {
  it.each([
    ['a name', 'localhost', 'localhost', DEFAULT],
    ['a name and a port', 'gsm-tap.example.org:4730', 'gsm-tap.example.org', 4730],
    ['a name with letters of its own', 'köln.example:1', 'köln.example', 1],
    ['IPv4', '127.0.0.1', '127.0.0.1', DEFAULT],
    ['IPv4 and the last port', '127.0.0.1:65535', '127.0.0.1', 65535],
    ['IPv6', '[::1]', '::1', DEFAULT],
    ['IPv6 and a port', '[2001:db8::2]:80', '2001:db8::2', 80],
    ['IPv6 of a zone', '[fe80::1%eth0]:80', 'fe80::1%eth0', 80],
  ])('reads %s', (_what, text, host, port) => {
    const endpoint = parseEndpoint(text, DEFAULT);
    expect(endpoint).toEqual({ host, port });
    expect(parseEndpoint(endpointText(endpoint), 1)).toEqual(endpoint);
  });

  it.each([
    ['nothing', '', /^expected HOST or HOST:PORT, found ""$/u],
    ['a port alone', ':4729', /^expected HOST or HOST:PORT/u],
    ['two ports', 'host:1:2', /^expected a port of 1 to 65535 behind ":", found "host:1:2"$/u],
    ['an empty port', 'host:', /^expected a port/u],
    ['port 0', 'host:0', /^expected a port/u],
    ['a port that is too high', 'host:65536', /^expected a port/u],
    ['a port below 0', 'host:-1', /^expected a port/u],
    ['a port in hex', 'host:0x10', /^expected a port/u],
    ['a port with a space', 'host: 1', /^expected a port/u],
    ['a port by name', 'host:gsmtap', /^expected a port/u],
    ['a URL', 'udp://host:4729', /^expected a port/u],
    ['a path', 'host/x', /^expected HOST/u],
    ['a space', 'my host', /^expected HOST/u],
    ['a user', 'me@host', /^expected HOST/u],
    ['an option', '--pcap', /^expected HOST/u],
    ['a name of 256 letters', 'a'.repeat(256), /^expected HOST/u],
    ['IPv4 of five numbers', '1.2.3.4.5', /^expected HOST/u],
    ['IPv4 beyond 255', '10.0.0.256', /^expected HOST/u],
    ['a number', '4729', /^expected HOST/u],
    ['IPv6 without brackets', '::1', /^expected "\[::1\]", found an IPv6 address without "\[\]"$/u],
    ['IPv6 with a port and no brackets', '2001:db8::2:4729', /without "\[\]"$/u],
    ['a bracket that stays open', '[::1', /^expected HOST/u],
    ['a bracket too many', '[[::1]]', /^expected an IPv6 address in "\[\]"/u],
    ['empty brackets', '[]:1', /^expected an IPv6 address/u],
    ['IPv4 in brackets', '[127.0.0.1]:1', /^expected an IPv6 address/u],
    ['a name in brackets', '[localhost]', /^expected an IPv6 address/u],
    ['text behind the bracket', '[::1]4729', /^expected a port/u],
    ['an empty port behind the bracket', '[::1]:', /^expected a port/u],
  ])('refuses %s', (_what, text, message) => {
    const parse = (): unknown => parseEndpoint(text, DEFAULT);
    expect(parse).toThrow(RangeError);
    expect(parse).toThrow(message);
  });

  it('throws nothing but RangeError, whatever the text is', () => {
    const near = fc.string({ unit: fc.constantFrom(...'[]:.%a10 f') });
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        try {
          const { port } = parseEndpoint(text, DEFAULT);
          expect(port).toBeGreaterThanOrEqual(1);
          expect(port).toBeLessThanOrEqual(65535);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
