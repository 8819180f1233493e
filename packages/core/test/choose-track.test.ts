import { describe, expect, it } from 'vitest'
import { chooseTrack } from '../src/choose-track.ts'
import { isTranscriptionError } from '../src/errors.ts'
import type { TranscriptRequest } from '../src/transcript-request.ts'
import type { Track } from '../src/transcript.ts'

const manual = (language: string): Track => ({ language, kind: 'manual' })
const generated = (language: string): Track => ({ language, kind: 'generated' })

interface Choice {
  readonly tracks: readonly Track[]
  readonly languages?: readonly string[]
  readonly kind?: TranscriptRequest['kind']
  readonly spoken?: readonly string[]
}

const choose = ({ tracks, languages = [], kind = 'any', spoken = [] }: Choice): Track =>
  chooseTrack({ videoId: 'gettysburg1', tracks, spoken, request: { languages, kind } })

const messageOf = (choice: Choice): string => {
  try {
    return choose(choice).language
  } catch (error) {
    return isTranscriptionError(error, 'language_not_found') ? error.message : String(error)
  }
}

describe('the languages of a request', () => {
  it('count in their order, whatever the order of the tracks', () => {
    const tracks = [manual('en'), manual('de'), generated('fr')]

    expect(choose({ tracks, languages: ['xx', 'fr', 'de', 'en'] })).toEqual(generated('fr'))
  })

  it('find a manual track before a generated one of the same language', () => {
    expect(choose({ tracks: [generated('en'), manual('en')], languages: ['en'] })).toEqual(manual('en'))
  })

  it('find the track that YouTube lists first, of several of a kind', () => {
    const first = { ...manual('en'), name: 'English' }
    const second = { ...manual('en'), name: 'English – CC1' }

    expect(choose({ tracks: [first, second], languages: ['en'] })).toBe(first)
  })

  it('are compared without regard to case, and old codes equal new ones', () => {
    expect(choose({ tracks: [manual('pt-BR')], languages: ['PT-br'] })).toEqual(manual('pt-BR'))
    expect(choose({ tracks: [manual('iw')], languages: ['he'] })).toEqual(manual('iw'))
  })

  it('find a track of a region where there is none without', () => {
    expect(choose({ tracks: [manual('es'), generated('pt-BR')], languages: ['pt'] })).toEqual(generated('pt-BR'))
    expect(choose({ tracks: [manual('zh-Hans-CN')], languages: ['zh-Hans'] })).toEqual(manual('zh-Hans-CN'))
  })

  it('find their exact track first, even if that one is generated', () => {
    expect(choose({ tracks: [manual('pt-BR'), generated('pt')], languages: ['pt'] })).toEqual(generated('pt'))
  })

  it('never find a track of another region, a more general one, or one that only begins alike', () => {
    expect(messageOf({ tracks: [manual('en'), manual('en-US')], languages: ['en-GB'] })).toContain('No caption track')
    expect(messageOf({ tracks: [manual('fil')], languages: ['fi'] })).toContain('No caption track')
  })

  it('bear with tags of YouTube that are not well-formed', () => {
    expect(choose({ tracks: [manual('en-nP7-2PuUl7o')], languages: ['en'] })).toEqual(manual('en-nP7-2PuUl7o'))
  })
})

describe('"*" behind the languages of a request', () => {
  it('takes what a request without languages would, when none of them is there', () => {
    const tracks = [manual('fr'), generated('de'), manual('de')]

    expect(choose({ tracks, languages: ['en', '*'], spoken: ['de', 'fr'] })).toEqual(manual('de'))
    expect(choose({ tracks, languages: ['fr', '*'], spoken: ['de', 'fr'] })).toEqual(manual('fr'))
    expect(choose({ tracks, languages: ['*'], kind: 'generated', spoken: ['de', 'fr'] })).toEqual(generated('de'))
  })

  it('finds nothing where there is no track of the wanted kind', () => {
    expect(messageOf({ tracks: [manual('en')], languages: ['de', '*'], kind: 'generated', spoken: ['en'] })).toBe(
      'No generated caption track in "de", "*" for gettysburg1; available: en.',
    )
  })
})

describe('the kind of a request', () => {
  it('leaves only tracks of that kind', () => {
    const tracks = [manual('en'), generated('en')]

    expect(choose({ tracks, languages: ['en'], kind: 'generated' })).toEqual(generated('en'))
    expect(choose({ tracks, languages: ['en'], kind: 'manual' })).toEqual(manual('en'))
  })
})

describe('a request without languages', () => {
  it('gets the language that is spoken: a manual track, else a generated one', () => {
    const tracks = [manual('fr'), generated('de'), manual('de')]

    expect(choose({ tracks, spoken: ['de', 'fr'] })).toEqual(manual('de'))
    expect(choose({ tracks: [manual('fr'), generated('de')], spoken: ['de', 'fr'] })).toEqual(generated('de'))
  })

  // A generated track of exactly the heard language once came before a manual one written with its region.
  it.each([
    ['en', [manual('en-US'), generated('en')], manual('en-US')],
    ['pt', [generated('pt'), manual('pt-BR')], manual('pt-BR')],
    ['en-US', [generated('en'), manual('en-GB')], manual('en-GB')],
    ['he', [generated('he'), manual('iw')], manual('iw')],
    ['en', [generated('en'), manual('en-nP7-2PuUl7o')], manual('en-nP7-2PuUl7o')],
  ])('gets a manual track of the spoken %s however it is written: %j', (spoken, tracks, expected) => {
    expect(choose({ tracks, spoken: [spoken] })).toEqual(expected)
  })

  it('gets, of several manual tracks, the one written exactly as what is spoken, else the one listed first', () => {
    const tracks = [generated('en'), manual('en-GB'), manual('en-US')]

    expect(choose({ tracks, spoken: ['en-US'] })).toEqual(manual('en-US'))
    expect(choose({ tracks, spoken: ['en'] })).toEqual(manual('en-GB'))
  })

  it.each([
    ['zh-Hant', [manual('zh-Hans'), generated('zh-Hant')], generated('zh-Hant')],
    ['zh-Hans', [manual('zh-TW'), generated('zh-Hans')], generated('zh-Hans')],
    ['zh-Hant', [manual('zh-CN'), manual('zh-HK'), generated('zh-Hant')], manual('zh-HK')],
    ['zh', [generated('zh'), manual('zh-Hant')], manual('zh-Hant')],
    ['zh-Hans', [generated('zh-Hans'), manual('zh')], manual('zh')],
  ])('takes the scripts of Chinese apart, unless a tag leaves it open: %s of %j', (spoken, tracks, expected) => {
    expect(choose({ tracks, spoken: [spoken] })).toEqual(expected)
  })

  it('gets no track of a language that only begins alike', () => {
    expect(choose({ tracks: [manual('fil'), generated('fi')], spoken: ['fi'] })).toEqual(generated('fi'))
  })

  it('gets the next likely language where the likeliest has no track of the wanted kind', () => {
    const tracks = [manual('fr'), generated('de')]

    expect(choose({ tracks, kind: 'manual', spoken: ['de', 'fr'] })).toEqual(manual('fr'))
  })
})

describe('a language that is not there', () => {
  it('is answered with the ones that are', () => {
    const tracks = [manual('en'), generated('fr')]

    expect(messageOf({ tracks, languages: ['de'] })).toBe(
      'No caption track in "de" for gettysburg1; available: en, fr (generated).',
    )
    expect(messageOf({ tracks, languages: ['fr', 'de'], kind: 'manual' })).toBe(
      'No manual caption track in "fr", "de" for gettysburg1; available: en, fr (generated).',
    )
    expect(messageOf({ tracks: [manual('en')], kind: 'generated', spoken: ['en'] })).toBe(
      'No generated caption track for gettysburg1; available: en.',
    )
  })

  it('is answered with a list of a reasonable length', () => {
    const tracks = Array.from({ length: 70 }, (_track, index) => manual(`en-x-${index}`))

    expect(messageOf({ tracks, languages: ['de'] })).toMatch(/en-x-59, and 10 more\.$/)
  })
})
