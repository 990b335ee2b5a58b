/**
 * The card that test/vectors/ota-public.json was made for: its files, its keys and, for each TAR,
 * remote file management that starts at the MF.
 *
 * @see ETSI TS 102 225 §5.1; ETSI TS 102 226 §5
 * @module
 */

import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import type { Finding } from '../../../src/card/ota/finding.ts';
import { createUicc, type Uicc } from '../../../src/card/uicc.ts';
import { decodeProactiveCommand, TAG } from '../../../src/cat/proactive-command.ts';
import { decodeSmsSubmit } from '../../../src/ota/sms-submit.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type {
  CardProfile,
  FileProfile,
  KeySetProfile,
  OtaKeyProfile,
  SwitchesProfile,
} from '../../../src/profile/profile.ts';
import { findTlv } from '../../../src/tlv/comprehension.ts';
import { algorithmOf, type Case, octet } from '../../ota/support/public-vectors.ts';
import vectors from '../../vectors/ota-public.json' with { type: 'json' };

type Policy = SwitchesProfile['porPolicy'];

/** Where the applet is when a case asks for a TAR that nobody has. */
const OTHER_TAR = 'B0FFFF';
/** In the place of a key that no packet of a case uses. */
const UNUSED: OtaKeyProfile = { type: 'AES', key: 'EE'.repeat(16) };
/** EF_ARR record 1: read always, the rest ADM1. */
const RULE = 1;

const FIXTURE_FILES: readonly FileProfile[] = [
  ...Object.entries(vectors.fixture.transparent).map(
    ([fid, data]): FileProfile => ({
      path: `MF/EF.${fid}`,
      fid,
      type: 'transparent',
      size: data.length / 2,
      sfi: null,
      arr: RULE,
      data,
    }),
  ),
  ...Object.entries(vectors.fixture.linearFixed).map(
    ([fid, records]): FileProfile => ({
      path: `MF/EF.${fid}`,
      fid,
      type: 'linear',
      recLen: records[0]!.length / 2,
      recCount: records.length,
      sfi: null,
      arr: RULE,
      records,
      recordsFill: 'FF',
    }),
  ),
];

const FILES: readonly FileProfile[] = [
  ...DEFAULT_PROFILE.files.filter(
    ({ path, fid }) =>
      path.split('/').length > 2 || !FIXTURE_FILES.some((fixture) => fixture.fid === fid),
  ),
  ...FIXTURE_FILES,
];

function keyOf(words: string, hex: string): OtaKeyProfile {
  return hex === '' ? UNUSED : { type: algorithmOf(words), key: hex };
}

/** The key set of a case, or of whatever has its words for keys. */
export function keySetOf(
  of: Pick<Case, 'cipher' | 'integrity' | 'kicKey' | 'kidKey' | 'integrityLength'>,
  kvn: number,
  cntr: string,
): KeySetProfile {
  const macLength = of.integrityLength === 4 ? 4 : 8;
  const kid = keyOf(of.integrity, of.kidKey);
  return {
    kvn,
    kic: keyOf(of.cipher, of.kicKey),
    kid: kid.type === 'AES' ? { ...kid, macLength } : kid,
    cntr,
  };
}

/** What of the card is another. */
export interface VectorCardParts {
  readonly keySets: readonly KeySetProfile[];
  readonly tar: string;
  readonly format?: 'compact' | 'expanded';
  readonly minimumSecurity?: string | undefined;
  readonly switches?: Partial<SwitchesProfile>;
}

/** The profile of such a card. */
export function vectorProfile(parts: VectorCardParts): CardProfile {
  const { keySets, tar, format = 'compact', minimumSecurity = '00', switches } = parts;
  const [entry] = DEFAULT_PROFILE.keyTable.entries;
  return {
    ...DEFAULT_PROFILE,
    files: FILES,
    keyTable: { active: 0, entries: [{ ...entry!, keySets }] },
    applets: [
      {
        tar,
        kind: 'remote-file-management',
        startDirectory: 'MF',
        format,
        minimumSecurity,
        accessDomain: '00',
      },
    ],
    switches: { ...DEFAULT_PROFILE.switches, ...switches },
  };
}

/** A card, powered on, whose ME has every facility. */
export class VectorCard {
  readonly uicc: Uicc;
  readonly findings: Finding[] = [];
  readonly faults: unknown[] = [];

  constructor(parts: VectorCardParts) {
    this.uicc = createUicc(vectorProfile(parts), {
      onFinding: (finding) => this.findings.push(finding),
      onFault: (fault) => this.faults.push(fault),
    });
    this.uicc.reset();
    this.send(`801000001E${'FF'.repeat(30)}`);
  }

  /** Sends a C-APDU. Gives the R-APDU. */
  send(command: string): string {
    return toHex(this.uicc.transmit(fromHex(command)));
  }

  /** The stored counter of a key set, 10 hex digits. */
  counter(kvn: number): string {
    const { entries, active } = this.uicc.root;
    const found = entries[active]?.keySets.find((keys) => keys.kvn === kvn);
    return found!.cntr.toString(16).padStart(10, '0');
  }

  /** What the card remembers, for the question whether anything has changed. */
  snapshot(): string {
    return JSON.stringify(this.uicc.root);
  }

  /** Fetches short messages as long as the card offers them. Gives TP-UD of each. */
  sentMessages(sw: string): string[] {
    const sent: string[] = [];
    for (let offer = sw.slice(-4); offer.startsWith('91'); ) {
      const fetched = this.uicc.transmit(fromHex(`80120000${offer.slice(2)}`));
      const command = decodeProactiveCommand(fetched.subarray(0, -2));
      const { number, type, qualifier } = command.details;
      const tpdu = findTlv(command.objects, TAG.smsTpdu);
      if (type !== 0x13 || tpdu === undefined) throw new Error(`no short message: ${type}`);
      sent.push(toHex(decodeSmsSubmit(tpdu).userData));
      const details = toHex(Uint8Array.of(number, type, qualifier));
      offer = this.send(`801400000C8103${details}82028281830100`);
    }
    return sent;
  }
}

/** What the card of a case is made of. */
export function partsFor(of: Case, porPolicy: Policy = 'plain'): VectorCardParts {
  const isTarUnknown = of.response.status === '09';
  return {
    keySets: [keySetOf(of, octet(of.kic) >> 4, of.storedCounterBefore)],
    tar: isTarUnknown ? OTHER_TAR : of.tar,
    format: of.remoteFormat.startsWith('expanded') ? 'expanded' : 'compact',
    minimumSecurity: of.msl,
    switches: { porPolicy },
  };
}

/** The card of a case. */
export function cardFor(of: Case, porPolicy: Policy = 'plain'): VectorCard {
  return new VectorCard(partsFor(of, porPolicy));
}
