import { rename, rm, writeFile } from 'node:fs/promises'

/** Writes a file whole or not at all: whoever looks for it never finds half of it. */
export async function writeWhole(path: string, pieces: Iterable<string> | AsyncIterable<Uint8Array>): Promise<void> {
  const partial = `${path}.${process.pid}.part`
  try {
    await writeFile(partial, pieces)
    await rename(partial, path)
  } finally {
    await rm(partial, { force: true })
  }
}
