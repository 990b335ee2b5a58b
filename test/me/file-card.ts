import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import profile from '../vectors/default-profile.json' with { type: 'json' };

/**
 * A card with the files of the default test profile, as far as an ME sees it: no access rules, no
 * toolkit of its own, one USIM and one ISIM. What it says can be changed command by command.
 */
export interface FileCard extends SynchronousCard {
  /** Contents by path, `2FE2` or `7FFF 6F07`; of records one a string. Write to change the card. */
  readonly files: Map<string, Uint8Array[]>;
  /** Answers that replace the card's own, by the beginning of the command in hex. */
  readonly answers: Map<string, string>;
  /** Proactive commands in hex; the first is offered by '91XX' until it is fetched. */
  readonly wanted: string[];
  /** All C-APDUs in hex, `reset` for a reset. */
  readonly log: string[];
  /** In hex. */
  atr: string;
}

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

/** Makes such a card, with one logical channel. */
export function fileCard(): FileCard {
  const { files, bySfi } = readProfile();
  const wanted: string[] = [];
  /** Current directory and EF of each channel. */
  let channels: { directory: string; ef: string }[] = [];
  let isOpen = false;
  let hasProfile = false;
  let response = new Uint8Array(0);

  const ok = (): Uint8Array => {
    const isOffered = wanted.length > 0 && hasProfile && !isOpen;
    return sw(isOffered ? 0x9100 | (fromHex(wanted[0]!).length & 0xff) : 0x9000);
  };
  const respond = (data: Uint8Array): Uint8Array => {
    response = Uint8Array.from(data);
    return sw(0x6100 | (data.length & 0xff));
  };
  const read = (contents: Uint8Array | undefined, le: number): Uint8Array => {
    if (contents === undefined) return sw(0x6a83);
    return le === contents.length ? concat(contents, ok()) : sw(0x6c00 | contents.length);
  };
  const select = (cla: number, [p1, p2]: readonly number[], data: Uint8Array): Uint8Array => {
    const channel = channels[cla & 3]!;
    if (p1 === 4) {
      const names = [profile.usimAid, profile.isimAid].map((aid) => aid.toLowerCase());
      const found = names.indexOf(toHex(data));
      if (found < 0) return sw(0x6a82);
      channel.directory = found === 0 ? '7fff' : 'isim';
      return respond(fromHex(ADF_FCP));
    }
    const path = key(...(toHex(data).match(/.{4}/gu) ?? []));
    const contents = files.get(path);
    if (path === '3f00' || path === '7fff') channel.directory = path === '7fff' ? path : '';
    else if (contents === undefined) return sw(0x6a82);
    else {
      channel.directory = path.slice(0, -5);
      channel.ef = path;
    }
    if (p2 === 0x0c) return ok();
    return respond(contents === undefined ? fromHex(MF_FCP) : fcpOf(path, contents));
  };
  const run = (command: Uint8Array): Uint8Array => {
    const [cla = 0, ins = 0, p1 = 0, p2 = 0, p3 = 0] = command;
    const data = command.slice(5);
    const { directory, ef } = channels[cla & 3]!;
    const contentsOf = (sfi: number): Uint8Array[] | undefined =>
      files.get(sfi === 0 ? ef : (bySfi.get(`${directory}/${sfi}`) ?? ''));
    switch (ins) {
      case 0x10:
        hasProfile = true;
        return ok();
      case 0x12:
        isOpen = true;
        return concat(fromHex(wanted.shift() ?? ''), sw(0x9000));
      case 0x14:
        isOpen = false;
        return ok();
      case 0x20:
        return p3 === 0 ? sw(0x63c3) : ok();
      case 0x70:
        return concat(Uint8Array.of(1), ok());
      case 0xa4:
        return select(cla, [p1, p2], data);
      case 0xb0: {
        const contents = contentsOf(p1 & 0x1f);
        return contents === undefined ? sw(0x6a82) : read(contents[0], p3);
      }
      case 0xb2: {
        const contents = contentsOf(p2 >> 3);
        return contents === undefined ? sw(0x6a82) : read(contents[p1 - 1], p3);
      }
      case 0xc0:
        return response.length === p3 ? concat(response, ok()) : sw(0x6985);
      case 0xd6:
        files.get(ef)?.[0]?.set(data);
        return ok();
      case 0xf2:
        return p3 === 0 ? ok() : concat(fromHex(`8410${profile.usimAid}`), ok());
      default:
        return ok();
    }
  };
  const card: FileCard = {
    files,
    wanted,
    answers: new Map(),
    log: [],
    atr: ATR_1_CHANNEL,
    reset(): Uint8Array {
      card.log.push('reset');
      channels = Array.from({ length: 4 }, () => ({ directory: '', ef: '' }));
      [isOpen, hasProfile] = [false, false];
      return fromHex(card.atr);
    },
    transmit(command: Uint8Array): Uint8Array {
      const hex = toHex(command);
      card.log.push(hex);
      const replaced = [...card.answers].find(([beginning]) => hex.startsWith(beginning));
      return replaced === undefined ? run(command) : fromHex(replaced[1]);
    },
  };
  return card;
}
