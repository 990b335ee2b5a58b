import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import profile from '../vectors/default-profile.json' with { type: 'json' };

/** The ATR of a card with 4 logical channels, card-os.md's third of a field card. */
export const ATR_4_CHANNELS = '3b9f95801fc78031e073f62113674d4516004301008f';
/** The ATR of a card with the basic channel alone. */
export const ATR_1_CHANNEL = '3b9f11801fc78031a073be210067454d554c3030316c';

const MF_FCP = '621c 82027821 83023f00 a503870101 8a0105 c609 900140 830101 83010a';
const ADF_FCP = '621b 82027821 83027fff 8a0105 c60c 900140 830101 830181 83010a';

/** File identifiers of the directories that the profile names. */
const DIRECTORIES: Readonly<Record<string, string>> = {
  MF: '',
  'ADF.USIM': '7fff',
  'ADF.ISIM': 'isim',
  'DF.GSM-ACCESS': '5f3b',
  'DF.5GS': '5fc0',
  'DF.TELECOM': '7f10',
  'DF.PHONEBOOK': '5f3a',
};

function key(...names: readonly string[]): string {
  return names
    .filter((name) => name !== '')
    .join(' ')
    .toLowerCase();
}

function readProfile() {
  const files = new Map<string, Uint8Array[]>();
  const bySfi = new Map<string, string>();
  for (const file of profile.files) {
    const names = file.path.split('/').slice(0, -1);
    const directories = names.map((name) => DIRECTORIES[name.replace(/\(.*\)/u, '')] ?? name);
    const path = key(...directories, file.fid);
    const { data, records = [], recCount = 1, recLen = 0 } = file;
    const empty = new Uint8Array(recLen).fill(0xff);
    const contents =
      data === undefined
        ? Array.from({ length: recCount }, (_, n) => (records[n] ? fromHex(records[n]) : empty))
        : [fromHex(data)];
    files.set(path, contents);
    const directory = key(...directories);
    if (file.sfi !== null) bySfi.set(`${directory}/${file.sfi}`, path);
  }
  return { files, bySfi };
}

function sw(code: number): Uint8Array {
  return Uint8Array.of(code >> 8, code & 0xff);
}

function fcpOf(path: string, contents: readonly Uint8Array[]): Uint8Array {
  const length = toHex(Uint8Array.of(contents[0]!.length));
  const isRecords = profile.files.some(
    ({ fid, type }) => fid.toLowerCase() === path.slice(-4) && type !== 'transparent',
  );
  if (!isRecords) return fromHex(`620b 82024121 800200${length} 8a0105`);
  const count = toHex(Uint8Array.of(contents.length));
  return fromHex(`620a 8205422100${length}${count} 8a0105`);
}

/**
 * A card with the files of the default test profile, as far as an ME sees it: no access rules, no
 * toolkit of its own, one USIM and one ISIM. What it says can be changed command by command.
 */
export class FileCard implements SynchronousCard {
  /** Contents by path, `2fe2` or `7fff 6f07`; of records one a string. */
  readonly files: Map<string, Uint8Array[]>;
  /** Answers that replace the card's own, by the beginning of the command in hex. */
  readonly answers: Map<string, string> = new Map();
  /** Proactive commands in hex; the first is offered by '91XX' until it is fetched. */
  readonly wanted: string[] = [];
  /** All C-APDUs in hex, `reset` for a reset. */
  readonly log: string[] = [];
  /** In hex. */
  atr: string = ATR_1_CHANNEL;

  readonly #bySfi: ReadonlyMap<string, string>;
  /** Current directory and EF of each channel. */
  #channels: { directory: string; ef: string }[] = [];
  #isOpen = false;
  #hasProfile = false;
  #response: Uint8Array = new Uint8Array(0);

  constructor() {
    const { files, bySfi } = readProfile();
    this.files = files;
    this.#bySfi = bySfi;
  }

  reset(): Uint8Array {
    this.log.push('reset');
    this.#channels = Array.from({ length: 4 }, () => ({ directory: '', ef: '' }));
    this.#isOpen = false;
    this.#hasProfile = false;
    return fromHex(this.atr);
  }

  transmit(command: Uint8Array): Uint8Array {
    const hex = toHex(command);
    this.log.push(hex);
    const replaced = [...this.answers].find(([beginning]) => hex.startsWith(beginning));
    return replaced === undefined ? this.#run(command) : fromHex(replaced[1]);
  }

  #run(command: Uint8Array): Uint8Array {
    const [cla = 0, ins = 0, p1 = 0, p2 = 0, p3 = 0] = command;
    const channel = this.#channels[cla & 3]!;
    const data = command.slice(5);
    switch (ins) {
      case 0x10:
        this.#hasProfile = true;
        return this.#ok();
      case 0x12:
        this.#isOpen = true;
        return concat(fromHex(this.wanted.shift() ?? ''), sw(0x9000));
      case 0x14:
        this.#isOpen = false;
        return this.#ok();
      case 0x20:
        return p3 === 0 ? sw(0x63c3) : this.#ok();
      case 0x70:
        return this.#ok(Uint8Array.of(1));
      case 0xa4:
        return p1 === 4 ? this.#selectAdf(channel, data) : this.#select(channel, data, p2);
      case 0xb0:
        return this.#read(channel, { sfi: p1 & 0x1f, part: 0, le: p3 });
      case 0xb2:
        return this.#read(channel, { sfi: p2 >> 3, part: p1 - 1, le: p3 });
      case 0xc0:
        return this.#response.length === p3 ? this.#ok(this.#response) : sw(0x6985);
      case 0xd6:
        this.files.get(channel.ef)?.[0]?.set(data);
        return this.#ok();
      case 0xf2:
        return this.#ok(fromHex(p3 === 0 ? '' : `8410${profile.usimAid}`));
      default:
        return this.#ok();
    }
  }

  #ok(data: Uint8Array = new Uint8Array(0)): Uint8Array {
    const isOffered = this.wanted.length > 0 && this.#hasProfile && !this.#isOpen;
    return concat(data, sw(isOffered ? 0x9100 | fromHex(this.wanted[0]!).length : 0x9000));
  }

  #respond(data: Uint8Array): Uint8Array {
    this.#response = Uint8Array.from(data);
    return sw(0x6100 | data.length);
  }

  #selectAdf(channel: { directory: string }, aid: Uint8Array): Uint8Array {
    const names = [profile.usimAid, profile.isimAid].map((name) => name.toLowerCase());
    const found = names.indexOf(toHex(aid));
    if (found < 0) return sw(0x6a82);
    channel.directory = found === 0 ? '7fff' : 'isim';
    return this.#respond(fromHex(ADF_FCP));
  }

  #select(channel: { directory: string; ef: string }, fids: Uint8Array, p2: number): Uint8Array {
    const path = key(...(toHex(fids).match(/.{4}/gu) ?? []));
    const contents = this.files.get(path);
    if (path === '3f00' || path === '7fff') channel.directory = path === '7fff' ? path : '';
    else if (contents === undefined) return sw(0x6a82);
    else {
      channel.directory = path.slice(0, -5);
      channel.ef = path;
    }
    if (p2 === 0x0c) return this.#ok();
    return this.#respond(contents === undefined ? fromHex(MF_FCP) : fcpOf(path, contents));
  }

  #read(
    { directory, ef }: { directory: string; ef: string },
    { sfi, part, le }: { sfi: number; part: number; le: number },
  ): Uint8Array {
    const path = sfi === 0 ? ef : this.#bySfi.get(`${directory}/${sfi}`);
    const contents = this.files.get(path ?? '');
    if (contents === undefined) return sw(0x6a82);
    const octets = contents[part];
    if (octets === undefined) return sw(0x6a83);
    return le === octets.length ? this.#ok(Uint8Array.from(octets)) : sw(0x6c00 | octets.length);
  }
}

/** Makes such a card, with one logical channel. */
export function fileCard(): FileCard {
  return new FileCard();
}
