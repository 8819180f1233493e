// Addresses and URLs in all the ways that they can be written, made by chance.
import fc from 'fast-check'

/** What begins like a URL and may go on as it likes. */
export const urlLike = fc
  .tuple(
    fc.constantFrom('https://', 'http://', 'HTTPS:', 'https:/\\', ' https://', 'ws://'),
    fc.array(
      fc.oneof(
        fc.constantFrom('127', '1', '.', '@', ':', '443', '[', ']', '::', '%00', 'example.com', '/', '0x'),
        fc.string(),
      ),
      {
        maxLength: 8,
      },
    ),
  )
  .map(([scheme, parts]) => scheme + parts.join(''))

/** IPv4 ranges that are not public, as base and prefix length. */
const PRIVATE_V4 = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0000200, 24],
  [0xc0a80000, 16],
  [0xc6120000, 15],
  [0xe0000000, 3],
] as const

const privateV4 = fc
  .tuple(fc.constantFrom(...PRIVATE_V4), fc.nat({ max: 0xffffffff }))
  .map(([[base, bits], random]) => base + (random % 2 ** (32 - bits)))

const octetsOf = (value: number): number[] => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256)
const dotted = (value: number): string => octetsOf(value).join('.')

const writtenV4 = fc
  .tuple(privateV4, fc.constantFrom('', '.'), fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 }))
  .chain(([value, dot, bases]) => {
    const write = (part: number, base: number): string =>
      base === 10 ? String(part) : (base === 16 ? '0x' : '0') + part.toString(base)
    const [a = 0, b = 0, c = 0, d = 0] = octetsOf(value)
    const partings = [[value], [a, value % 2 ** 24], [a, b, value % 2 ** 16], [a, b, c, d]]
    return fc.constantFrom(...partings).map((parts) => ({
      spelling: parts.map((part, index) => write(part, bases[index] ?? 10)).join('.') + dot,
      address: dotted(value),
    }))
  })

const hex = (value: number): string => value.toString(16)
const groupsOf = (value: number): string => `${hex(Math.floor(value / 65_536))}:${hex(value % 65_536)}`
const group = fc.nat({ max: 0xffff })

/** IPv6 addresses that are not public: local ones, and those that carry IPv4 in one way or another. */
const writtenV6 = fc
  .tuple(
    fc.oneof(
      privateV4.chain((value) =>
        fc.constantFrom(
          `::ffff:${dotted(value)}`,
          `::ffff:${groupsOf(value)}`,
          `::${groupsOf(value)}`,
          `64:ff9b::${groupsOf(value)}`,
          `64:ff9b:1::${dotted(value)}`,
          `2002:${groupsOf(value)}::1`,
          `2001:0:${groupsOf(value)}::`,
          `2a00:1::5efe:${groupsOf(value)}`,
        ),
      ),
      fc
        .tuple(fc.integer({ min: 0xfc00, max: 0xffff }), group, group)
        .map(([first, second, last]) => `${hex(first)}:${hex(second)}::${hex(last)}`),
      fc.tuple(group, group).map(([second, last]) => `4000:${hex(second)}::${hex(last)}`),
    ),
    fc.boolean(),
  )
  .map(([address, upper]) => ({ spelling: `[${upper ? address.toUpperCase() : address}]`, address }))

/** Hosts of URLs that are not public, each with the address that it stands for. */
export const privateHosts = fc.oneof(writtenV4, writtenV6)
