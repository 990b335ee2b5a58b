/**
 * The class byte: whose commands, which logical channel, secure messaging or not.
 *
 *     0X          interindustry, channels 0 to 3; b4 b3 secure messaging
 *     4X, 6X      interindustry, channels 4 to 19; b6 secure messaging
 *     8X, CX, EX  the same two forms for the commands of TS 102 221
 *     A0          the commands of TS 51.011
 *
 * @see ETSI TS 102 221 §10.1.1
 * @module
 */

/** Which documents define the commands of a class. */
export type CommandClass = 'interindustry' | 'uicc' | 'gsm';

/** A class byte, decoded. */
export interface ClassByte {
  readonly commands: CommandClass;
  /** Logical channel, 0 to 19. */
  readonly channel: number;
  readonly hasSecureMessaging: boolean;
  /** More commands of a chain follow (b5). */
  readonly isChained: boolean;
}

function decode(cla: number): ClassByte | undefined {
  if (cla === 0xa0) {
    return { commands: 'gsm', channel: 0, hasSecureMessaging: false, isChained: false };
  }
  const commands = cla >= 0x80 ? 'uicc' : 'interindustry';
  if ((cla & 0x40) !== 0) {
    return {
      commands,
      channel: (cla & 0x0f) + 4,
      hasSecureMessaging: (cla & 0x20) !== 0,
      isChained: (cla & 0x10) !== 0,
    };
  }
  if ((cla & 0x70) !== 0) return undefined;
  return {
    commands,
    channel: cla & 0x03,
    hasSecureMessaging: (cla & 0x0c) !== 0,
    isChained: false,
  };
}

const DECODED: readonly (ClassByte | undefined)[] = Array.from({ length: 256 }, (_, cla) =>
  cla === 0xff ? undefined : decode(cla),
);

/**
 * Reads a class byte.
 *
 * @param cla 0 to 255
 * @returns `undefined` for a class that no document defines ('10', '20', '30', '90', 'B0', 'FF' …)
 * @see ETSI TS 102 221 §10.1.1
 */
export function decodeClassByte(cla: number): ClassByte | undefined {
  return DECODED[cla];
}
