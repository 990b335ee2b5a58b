/**
 * What a status word matrix is made of: rows, and the steps that many of them begin with.
 *
 * @see ETSI TS 102 221 §10.2.1
 * @module
 */

/** A profile that differs from the built-in one in a way that a step needs. */
export type MatrixProfile =
  | 'built-in'
  | 'PIN1 disabled'
  | 'universal PIN'
  | 'no service 38'
  | 'two channels'
  | 'suspension'
  | 'SUCI by the USIM'
  | 'SUCI of profile A'
  | 'SUCI of profile B'
  | 'GBA'
  | 'GBA without files'
  | 'terminated EFs'
  | 'terminable MF';

/** One status word of one command. */
export interface MatrixRow {
  /** Four digits; 'X' stands for any. */
  readonly sw: string;
  readonly when: string;
  readonly steps: readonly string[];
  readonly profile?: MatrixProfile;
  /** The card is made with a source of randomness. */
  readonly hasDice?: true;
}

/** One command of the card. */
export interface MatrixCommand {
  readonly name: string;
  readonly ins: number;
  readonly class: 'interindustry' | 'uicc' | 'both';
  readonly rows: readonly MatrixRow[];
}

/** TERMINAL PROFILE of a terminal with REFRESH. */
export const PROFILE = '8010000004FFFFFFFF';
/** CHANGE of the subscription with guard 0, in a packet with CNTR 1 for which a PoR is wanted. */
export const CHANGE: string =
  '80C2000045D143820283818B3D4405812143F57FF6521001214305002D027000' +
  '00281516191212BFFF3B49B786D74B98683E1D7F326CA4D84B57C27DF70C4AD32CA78C45412F05CF5987';
/** After these a proactive command is pending. */
export const PENDING: readonly string[] = [PROFILE, CHANGE, '00C0000029'];
