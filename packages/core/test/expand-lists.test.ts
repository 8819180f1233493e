import { describe, expect, it } from 'vitest'
import { TranscriptionError } from '../src/errors.ts'
import { expandLists, type ExpandedUrl } from '../src/expand-lists.ts'
import type { Lister } from '../src/lister.ts'

/** `list:a,b` is a list of the videos a and b. */
function fakeLister(): Lister & { readonly read: string[] } {
  const read: string[] = []
  return {
    read,
    parse: (url) => (url.startsWith('list:') ? { listId: url.slice(5) } : undefined),
    async *list({ listId }, { limit }) {
      read.push(listId)
      if (listId === 'gone') throw new TranscriptionError('list_unavailable', 'It is gone.')
      const ids = listId.split(',').slice(0, limit)
      yield* ids.map((videoId) => ({ videoId, url: `https://example.test/${videoId}`, title: videoId.toUpperCase() }))
    },
  }
}

const signal = new AbortController().signal

async function expanded(urls: readonly string[], limit?: number): Promise<ExpandedUrl[]> {
  const all: ExpandedUrl[] = []
  for await (const one of expandLists(urls, { lister: fakeLister(), signal, ...(limit && { limit }) })) all.push(one)
  return all
}

describe('lists among URLs', () => {
  it('give way to their videos, in their place', async () => {
    expect(await expanded(['one', 'list:a,b', 'two'])).toEqual([
      { url: 'one' },
      { url: 'https://example.test/a', list: 'list:a,b', title: 'A' },
      { url: 'https://example.test/b', list: 'list:a,b', title: 'B' },
      { url: 'two' },
    ])
  })

  it('are limited each for itself; other URLs are not counted', async () => {
    const urls = (await expanded(['one', 'list:a,b', 'list:c,d'], 1)).map(({ url }) => url)

    expect(urls).toEqual(['one', 'https://example.test/a', 'https://example.test/c'])
  })

  it('are read one after the other, and only as far as somebody asks', async () => {
    const lister = fakeLister()

    for await (const _ of expandLists(['list:a', 'list:b'], { lister, signal })) break

    expect(lister.read).toEqual(['a'])
  })

  it('fail with what the lister says', async () => {
    await expect(expanded(['one', 'list:gone'])).rejects.toMatchObject({ code: 'list_unavailable' })
  })
})
