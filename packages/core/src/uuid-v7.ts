// Ids of jobs: UUID version 7, which sort by the time they were made. https://www.rfc-editor.org/rfc/rfc9562#section-5.7
import { randomBytes } from 'node:crypto'

/** Makes a UUID version 7 from a moment (milliseconds since 1970) and 74 random bits. */
export function uuidV7(now: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
