/**
 * Readers, with a package `smartcard` of our own: what it is asked, and what its errors become.
 *
 * The package itself, with Debian's pcscd behind it, is in test/interop/pcsc.test.ts.
 *
 * @see ISO/IEC 7816-3 §10.3, §12.2
 * @module
 */

import { describe, expect, it } from 'vitest';
import { ConnectionLost } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { listReadersBy, openReaderBy, type PcscConnection } from '../../src/transport/pcsc.ts';
import {
  loadSmartcardPackage,
  ReaderError,
  type SmartcardPackage,
} from '../../src/transport/smartcard-package.ts';

interface World {
  readonly readers: readonly string[];
  /** What each call of the package throws, by the name of the call. */
  readonly errors: Partial<Record<'context' | 'list' | 'connect' | 'reconnect' | 'send', string>>;
  protocol: number;
  atr: string | null;
  answer: string;
  /** What was done, in order. */
  readonly did: string[];
}

function world(parts: Partial<World> = {}): World {
  const plain = { protocol: 1, atr: '3B00', answer: '9000', readers: ['Reader 00 00'] };
  return { ...plain, errors: {}, did: [], ...parts };
}

function packageOf(at: World): SmartcardPackage {
  const may = (call: keyof World['errors']): void => {
    const error = at.errors[call];
    if (error !== undefined) throw new Error(error);
  };
  const card = {
    get protocol() {
      return at.protocol;
    },
    get atr() {
      return at.atr === null ? null : fromHex(at.atr);
    },
    async transmit(command: readonly number[], options: object) {
      may('send');
      at.did.push(`${toHex(Uint8Array.from(command))} ${JSON.stringify(options)}`);
      return fromHex(at.answer);
    },
    async reconnect(...numbers: readonly number[]) {
      may('reconnect');
      at.did.push(`reconnect ${numbers.join(' ')}`);
      return at.protocol;
    },
    disconnect(disposition: number) {
      at.did.push(`disconnect ${disposition}`);
      may('send');
    },
  };
  return {
    Context: class {
      constructor() {
        may('context');
        at.did.push('context');
      }
      listReaders() {
        may('list');
        return at.readers.map((name) => ({
          name,
          async connect(...numbers: readonly number[]) {
            may('connect');
            at.did.push(`connect ${name} ${numbers.join(' ')}`);
            return card;
          },
        }));
      }
      close() {
        at.did.push('close');
      }
    },
  };
}

const open = (at: World, name = 'Reader'): Promise<PcscConnection> =>
  openReaderBy(packageOf(at), { name });

async function failure(outcome: Promise<unknown>): Promise<string> {
  const error = await outcome.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

const SHORT = '{"maxRecvLength":258,"autoGetResponse":false}';

describe('a reader that is opened', () => {
  it('belongs to this program alone, and its card has lost its power once', async () => {
    const at = world();
    const connection = await open(at);
    expect(connection.reader).toBe('Reader 00 00');
    expect(connection.protocol).toBe('T=0');
    expect(at.did).toEqual(['context', 'connect Reader 00 00 1 3', 'reconnect 1 3 2']);
  });

  it('is reset with power off, and gives the ATR of it', async () => {
    const at = world();
    const connection = await open(at);
    at.atr = '3B80';
    at.protocol = 2;
    expect(toHex(await connection.reset())).toBe('3b80');
    expect(connection.protocol).toBe('T=1');
    expect(at.did.slice(3)).toEqual(['reconnect 1 3 2']);
  });

  it.each([
    ['case 1', '00A40004', '00a4000400'],
    ['case 1 with P3', '00A4000400', '00a4000400'],
    ['case 2', '00B0000009', '00b0000009'],
    ['case 3', '00A40004023F00', '00a40004023f00'],
    ['case 4', '00A40004023F0000', '00a40004023f00'],
    ['less data than Lc says', '00A40004033F00', '00a40004033f00'],
    ['more data than Lc and Le', '00A40004013F0000', '00a40004013f0000'],
  ])('sends %s as the TPDU of T=0', async (_, command, tpdu) => {
    const at = world();
    const connection = await open(at);
    await connection.transmit(fromHex(command));
    expect(at.did.at(-1)).toBe(`${tpdu} ${SHORT}`);
  });

  it.each(['00A40004', '00A40004023F00', '00A40004023F0000'])(
    'sends %s as it is over T=1',
    async (command) => {
      const at = world({ protocol: 2 });
      const connection = await open(at);
      await connection.transmit(fromHex(command));
      expect(at.did.at(-1)).toBe(`${command.toLowerCase()} ${SHORT}`);
    },
  );

  it('has room for the answer to a command of extended length', async () => {
    const at = world({ protocol: 2 });
    const connection = await open(at);
    await connection.transmit(fromHex('00B00000000000'));
    expect(at.did.at(-1)).toContain('"maxRecvLength":65538');
  });

  it.each(['9000', '6125', '6C09', '6A82', '0102619F'])('gives %s as it came', async (answer) => {
    const at = world({ answer });
    const connection = await open(at);
    const response = await connection.transmit(fromHex('00B0000000'));
    expect(toHex(response)).toBe(answer.toLowerCase());
    expect(at.did.filter((one) => one.includes('maxRecv'))).toHaveLength(1);
  });

  it('is switched off when it is closed, once', async () => {
    const at = world();
    const connection = await open(at);
    await Promise.all([connection.close(), connection.close()]);
    expect(at.did.slice(3)).toEqual(['disconnect 2', 'close']);
  });
});

describe('a name', () => {
  const readers = ['ACME 1', 'ACME 10', 'Virtual PCD 00 00', 'Virtual PCD 00 01'];

  it.each([
    ['Virtual PCD 00 01', 'Virtual PCD 00 01'],
    ['00 00', 'Virtual PCD 00 00'],
    ['acme 10', 'ACME 10'],
    ['ACME 1', 'ACME 1'],
  ])('%s means %s', async (name, reader) => {
    expect((await open(world({ readers }), name)).reader).toBe(reader);
  });

  it.each([
    [
      'Gemalto',
      'no reader has this name; expected one of ' +
        '"ACME 1", "ACME 10", "Virtual PCD 00 00", "Virtual PCD 00 01"',
    ],
    [
      'pcd',
      'several readers have this name; expected one of "Virtual PCD 00 00", "Virtual PCD 00 01"',
    ],
    ['acme 1', 'several readers have this name; expected one of "ACME 1", "ACME 10"'],
  ])('%s is refused, and the readers are listed', async (name, problem) => {
    const at = world({ readers });
    expect(await failure(open(at, name))).toBe(`ReaderError: reader "${name}": ${problem}`);
    expect(at.did).toEqual(['context', 'close']);
  });

  it('is refused where there is no reader', async () => {
    const problem = 'no reader has this name; expected one of none';
    const refused = failure(open(world({ readers: [] }), 'x'));
    expect(await refused).toBe(`ReaderError: reader "x": ${problem}`);
  });

  it('is one of those that are listed', () => {
    const at = world({ readers });
    expect(listReadersBy(packageOf(at))).toEqual(readers);
    expect(at.did).toEqual(['context', 'close']);
  });
});

describe('a reader that cannot be opened', () => {
  const NO_SERVICE = 'pcscd does not run: start it (systemctl start pcscd)';
  const MUTE = 'its card does not answer a reset: is it the right way round?';

  it.each<[call: keyof World['errors'], text: string, problem: string]>([
    ['context', 'PC/SC service not running', `PC/SC: ${NO_SERVICE}`],
    ['list', 'PC/SC service not running', `PC/SC: ${NO_SERVICE}`],
    ['list', 'Internal error', 'PC/SC: Internal error'],
    ['connect', 'PC/SC service not running', `reader "Reader 00 00": ${NO_SERVICE}`],
    ['connect', 'No smart card present', 'reader "Reader 00 00": it has no card: put one in'],
    ['connect', 'Card was removed', 'reader "Reader 00 00": it has no card: put one in'],
    ['connect', 'Card is unresponsive', `reader "Reader 00 00": ${MUTE}`],
    ['connect', 'Card is unpowered', `reader "Reader 00 00": ${MUTE}`],
    ['connect', 'Protocol mismatch', 'reader "Reader 00 00": Protocol mismatch'],
    [
      'connect',
      'Sharing violation',
      'reader "Reader 00 00": another program uses its card: end that program',
    ],
    ['reconnect', 'Card was removed', 'reader "Reader 00 00": Card was removed'],
  ])('when %s says "%s"', async (call, text, problem) => {
    const at = world({ errors: { [call]: text } });
    const error = await open(at).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ReaderError);
    expect(String(error)).toBe(`ReaderError: ${problem}`);
    expect(at.did.filter((one) => one === 'close')).toHaveLength(call === 'context' ? 0 : 1);
  });

  it('is told by the list of readers too', () => {
    const list = (call: 'context' | 'list') => () =>
      listReadersBy(packageOf(world({ errors: { [call]: 'PC/SC service not running' } })));
    expect(list('context')).toThrow(ReaderError);
    expect(list('list')).toThrow(NO_SERVICE);
  });
});

describe('the package', () => {
  const needs = '(Debian also needs libpcsclite-dev and pcscd)';
  const INSTALL = `the package smartcard is not installed: npm install smartcard ${needs}`;
  const REBUILD = `the package smartcard cannot be loaded: npm rebuild smartcard ${needs}`;
  const error = (code?: string): Error => Object.assign(new Error('no smartcard'), { code });

  it.each<[what: string, error: Error, problem: string]>([
    ['not there', error('ERR_MODULE_NOT_FOUND'), INSTALL],
    ['not there, to a bundler', error(), INSTALL],
    ['not compiled', error('MODULE_NOT_FOUND'), REBUILD],
    ['compiled for something else', error('ERR_DLOPEN_FAILED'), REBUILD],
  ])('that is %s is ReaderError with a remedy', async (_, thrown, problem) => {
    const loaded = loadSmartcardPackage(() => Promise.reject(thrown));
    expect(await failure(loaded)).toBe(`ReaderError: ${problem}`);
  });

  it.each([undefined, null, 1, {}])('that is %s is none', async (loaded) => {
    const refused = failure(loadSmartcardPackage(async () => loaded));
    expect(await refused).toBe(`ReaderError: ${REBUILD}`);
  });

  it('is what was loaded', async () => {
    const loaded = packageOf(world());
    expect(await loadSmartcardPackage(async () => loaded)).toBe(loaded);
  });
});

describe('a card that goes', () => {
  it.each([
    'Card was removed',
    'Card was reset',
    'Transaction failed',
    'Reader unavailable',
    'PC/SC service not running',
    'Invalid handle',
    'Unknown PC/SC error',
  ])('is ConnectionLost with reader and reason: %s', async (text) => {
    const at = world();
    const connection = await open(at);
    at.errors.send = text;
    at.errors.reconnect = text;
    const command = fromHex('80F2000C00');
    for (const lost of [connection.transmit(command), connection.reset()]) {
      expect(await failure(lost)).toBe(`ConnectionLost: reader "Reader 00 00": ${text}`);
    }
    await connection.close();
  });

  it.each(['', '90'])('is ConnectionLost when the answer is cut short: "%s"', async (answer) => {
    const connection = await open(world({ answer }));
    await expect(connection.transmit(fromHex('80F2000C00'))).rejects.toThrow(ConnectionLost);
  });

  it('is ConnectionLost when there is no ATR', async () => {
    const at = world();
    const connection = await open(at);
    at.atr = null;
    await expect(connection.reset()).rejects.toThrow(ConnectionLost);
  });

  it('can be reset when it has come back', async () => {
    const at = world();
    const connection = await open(at);
    at.errors.reconnect = 'No smart card present';
    await expect(connection.reset()).rejects.toThrow(ConnectionLost);
    delete at.errors.reconnect;
    expect(toHex(await connection.reset())).toBe('3b00');
  });

  it('is ConnectionLost after the connection was closed', async () => {
    const at = world();
    const connection = await open(at);
    const pending = connection.close();
    const reason = 'ConnectionLost: reader "Reader 00 00": the connection was closed';
    expect(await failure(connection.transmit(fromHex('80F2000C00')))).toBe(reason);
    expect(await failure(connection.reset())).toBe(reason);
    await pending;
  });

  it.each(['', '00', '00A400'])('is not what "%s" means, which is no command', async (command) => {
    const connection = await open(world());
    await expect(connection.transmit(fromHex(command))).rejects.toThrow(RangeError);
  });
});
