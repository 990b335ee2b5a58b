"""A terminal in Python: boots the USIM by PC/SC, and authenticates it.

MILENAGE (3GPP TS 35.206) is computed here, with the AES of the program openssl. The keys are those of
the built-in test profile. Prints what a test compares; anything unexpected ends it with an error.
"""

import subprocess
import sys

from smartcard.System import readers
from smartcard.util import toBytes

READER, K, OPC = sys.argv[1], bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3])
AMF = bytes.fromhex('8000')


def aes(block):
    """AES-128 of one block, by openssl."""
    run = ['openssl', 'enc', '-aes-128-ecb', '-nopad', '-K', K.hex()]
    return subprocess.run(run, input=block, capture_output=True, check=True).stdout


def xor(*parts):
    return bytes(a ^ b for a, b in zip(parts[0], xor(*parts[1:]))) if len(parts) > 1 else parts[0]


def rotated(block, octets):
    return block[octets:] + block[:octets]


def out(temp, rotation, constant):
    """OUTn of section 4.1, n from 2: rotation in octets, the last octet of cn."""
    return xor(aes(xor(rotated(xor(temp, OPC), rotation), bytes(15) + bytes([constant]))), OPC)


def milenage(rand, sqn, amf):
    temp = aes(xor(rand, OPC))
    in1 = (sqn + amf) * 2
    out1 = xor(aes(xor(temp, rotated(xor(in1, OPC), 8))), OPC)
    out2, out5 = out(temp, 0, 1), out(temp, 12, 8)
    return {
        'mac_a': out1[:8],
        'mac_s': out1[8:],
        'res': out2[8:],
        'ak': out2[:6],
        'ck': out(temp, 4, 2),
        'ik': out(temp, 8, 4),
        'ak_star': out5[:6],
    }


def send(text, *expected):
    """Sends a command, follows '61XX' and '6CXX'; the SW must be one of those expected."""
    command = toBytes(text.replace(' ', ''))
    data, sw1, sw2 = card.transmit(command)
    if sw1 == 0x6C:
        data, sw1, sw2 = card.transmit(command[:-1] + [sw2])
    if sw1 == 0x61:
        data, sw1, sw2 = card.transmit([command[0], 0xC0, 0, 0, sw2])
    found = f'{sw1:02X}{sw2:02X}'
    if found not in (expected or ('9000',)):
        raise SystemExit(f'{text}: {found}')
    return bytes(data)


def authenticate(rand, autn, *expected):
    return send(f'00 88 00 81 22 10 {rand.hex()} 10 {autn.hex()}', *expected)


def autn_of(values, sqn, mac=None):
    return xor(sqn, values['ak']) + AMF + (mac or values['mac_a'])


def refused(rand, values, sqn):
    """The card says that SQN is not in range, and its AUTS proves which one it has."""
    answer = authenticate(rand, autn_of(values, sqn))
    assert answer[:2] == bytes([0xDC, 14]), answer.hex()
    auts = answer[2:16]
    own = xor(auts[:6], values['ak_star'])
    assert milenage(rand, own, bytes(2))['mac_s'] == auts[6:], 'MAC-S'
    return own


card = next(reader for reader in readers() if reader.name == READER).createConnection()
card.connect()

# Start-up as terminals do it.
assert send('00 A4 00 04 02 3F00')[0] == 0x62
send('00 A4 00 04 02 2F00')
record = send('00 B2 01 04 FF')
aid = record[4 : 4 + record[3]]
assert send(f'00 A4 04 04 {len(aid):02X} {aid.hex()}')[0] == 0x62
send('00 B0 87 00 09', '6982')  # EF_IMSI before PIN1
send('00 20 00 01 00', '63C3')
send('00 20 00 01 08 39393939FFFFFFFF', '63C2')
send('00 20 00 01 08 31323334FFFFFFFF')
imsi = send('00 B0 87 00 09')
print('IMSI', ''.join(f'{octet & 15:X}{octet >> 4:X}' for octet in imsi[1 : 1 + imsi[0]])[1:])

# Files: transparent and records, what is written comes back, and what is not there is refused.
send('00 A4 00 04 02 6F7E')
send('00 D6 00 00 0B 0102030405060708090A0B')
assert send('00 B0 00 00 0B').hex() == '0102030405060708090a0b'
assert send('00 B0 00 04 02').hex() == '0506'
send('00 B0 00 0B 01', '6B00')
send('00 D6 00 04 0B 0102030405060708090A0B', '6700', '6B00')
send('00 A4 00 04 02 6F3C')
message = '01' + 'A5' * 175
send(f'00 DC 01 04 B0 {message}')
assert send('00 B2 01 04 B0').hex().upper() == message
send('00 B2 63 04 B0', '6A83')
send('00 A4 00 04 02 6F99', '6A82')

# AKA: a challenge, a replay, a wrong MAC, and the next challenge.
rand = bytes(range(16))
sqn = (0x1000).to_bytes(6, 'big')
values = milenage(rand, sqn, AMF)
answer = authenticate(rand, autn_of(values, sqn))
assert answer[:2] == b'\xdb\x08', answer.hex()
assert answer[2:10] == values['res'], 'RES'
assert answer[10:27] == b'\x10' + values['ck'], 'CK'
assert answer[27:44] == b'\x10' + values['ik'], 'IK'
assert refused(rand, values, sqn) == sqn
authenticate(rand, autn_of(values, sqn, bytes(8)), '9862')
later = (0x1020).to_bytes(6, 'big')
values = milenage(rand, later, AMF)
assert authenticate(rand, autn_of(values, later))[2:10] == values['res']
print('AKA', values['res'].hex())
