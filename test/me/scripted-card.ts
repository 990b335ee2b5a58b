import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';

/** A card that plays a script. */
export interface ScriptedCard extends SynchronousCard {
  /** The lines that were not asked for. */
  readonly left: string[];
}

/**
 * Makes a card of lines `command > answer` in hex, with `reset` for a reset; they have to come in
 * this order. Behind `#` is a remark.
 *
 * Whatever else is asked is an error that names the line, and fails the test.
 */
export function scriptedCard(...scripts: readonly string[]): ScriptedCard {
  const left = scripts
    .flatMap((script) => script.split('\n'))
    .map((line) => line.replace(/#.*$/u, '').trim())
    .filter((line) => line !== '');
  const step = (asked: string): Uint8Array => {
    const line = left.shift();
    const [expected = '', answer = ''] = (line ?? '').split('>');
    if (asked !== expected.replaceAll(' ', '').toLowerCase()) {
      throw new Error(`the ME sent ${asked}, the script has "${line ?? 'its end'}"`);
    }
    return fromHex(answer, 'answer');
  };
  return { left, reset: () => step('reset'), transmit: (command) => step(toHex(command)) };
}

/** The IMSI of the small card, digits of the default test profile. */
export const SMALL_CARD_IMSI = '001010123456789';
/** Its ICCID. */
export const SMALL_CARD_ICCID = '89999010000000000013';

/**
 * The start-up of a small card: no PIN, no ISIM, services 28 and 85, and few files besides EF_IMSI.
 * Contents are those of the default test profile, FCPs are assembled by hand as in ETSI TS 102 221
 * §11.1.1.3.
 */
export const START_UP: string = `
  reset > 3B00
  00A4 0004 02 3F00            > 6106                       # MF
  00C0 0000 06                 > 6204 82027821 9000
  00A4 0804 02 2FE2            > 610C                       # EF_ICCID
  00C0 0000 0C                 > 620A 82024121 8002000A 8800 9000
  00B0 0000 0A                 > 98990901000000000031 9000
  00A4 0804 02 2F05            > 6A82                       # EF_PL
  8010 0000 1E 0300E802 0000000000000000000000000000000000000000000000000000 > 9000
  00A4 0804 02 2F00            > 610B                       # EF_DIR
  00C0 0000 0B                 > 6209 8205422100 1A01 8800 9000
  00B2 0104 1A                 > 61184F10A0000000871002FFFFFFFF89000001005004555349 4D 9000
  00A4 0404 10 A0000000871002FFFFFFFF8900000100 > 610F      # ADF.USIM
  00C0 0000 0F                 > 620D 82027821 83027FFF C603 900100 9000
  00B2 010C 00                 > 6A82                       # EF_ECC
  00B0 8200 00                 > 6A82                       # EF_LI
  00B0 8700 00                 > 6C09                       # EF_IMSI
  00B0 8700 09                 > 080910101032547698 9000
  00B0 8300 00                 > 6C04                       # EF_AD
  00B0 8300 04                 > 00000002 9000
  00B0 8600 00                 > 6C02                       # EF_ACC
  00B0 8600 02                 > 0200 9000
  00B0 9200 00                 > 6A82                       # EF_HPPLMN
  00B0 8400 00                 > 6C0B                       # EF_UST
  00B0 8400 0B                 > 0000000800000000000010 9000
  00A4 0804 04 7FFF6F7B        > 610C                       # EF_FPLMN
  00C0 0000 0C                 > 620A 82024121 8002000C 8800 9000
  00B0 0000 0C                 > FFFFFFFFFFFFFFFFFFFFFFFF 9000
  00B0 8B00 00                 > 6C0B                       # EF_LOCI
  00B0 8B00 0B                 > FFFFFFFFFFFFFF0000FF01 9000
  00B0 8C00 00                 > 6A82                       # EF_PSLOCI
  00B0 9E00 00                 > 6C12                       # EF_EPSLOCI
  00B0 9E00 12                 > FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000001 9000
  00B0 8800 00                 > 6C21                       # EF_Keys
  00B0 8800 21                 > 07${'FF'.repeat(32)} 9000
  00B0 8900 00                 > 6A82                       # EF_KeysPS
  00B2 01C4 00                 > 6A82                       # EF_EPSNSC
  00B0 8F00 00                 > 6A82                       # EF_START-HFN
  00B0 9000 00                 > 6A82                       # EF_THRESHOLD
  00A4 0804 04 7FFF6FC4        > 6A82                       # EF_NETPAR
  00A4 0804 06 7F105F3A4F30    > 6A82                       # EF_PBR
  00A4 000C 02 7FFF            > 9000
  80F2 0101 12                 > 8410A0000000871002FFFFFFFF8900000100 9000
`;

/** The same with another last answer, which offers a proactive command. */
export function startUpOffering(octets: number): string {
  const offer = `91${(octets & 0xff).toString(16).padStart(2, '0')}`;
  return START_UP.replace(/9000\n$/u, `${offer}\n`);
}
