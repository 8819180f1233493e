import { describe, expect, it } from 'vitest'
import { readPlayerAnswer } from '../src/player-answer.ts'

const track = (languageCode: string, rest: object = {}): object => ({
  languageCode,
  baseUrl: `https://www.youtube.com/api/timedtext?lang=${languageCode}`,
  ...rest,
})

const withTracks = (list: object): object => ({
  playabilityStatus: { status: 'OK' },
  captions: { playerCaptionsTracklistRenderer: list },
})

describe('the answer of the player call', () => {
  it('names tracks, by the text of either client family', () => {
    const answer = readPlayerAnswer(
      withTracks({
        captionTracks: [
          track('en', { name: { simpleText: 'English' } }),
          track('de', { kind: 'asr', name: { runs: [{ text: 'German ' }, { text: '(auto-generated)' }] } }),
        ],
      }),
    )

    expect(answer?.tracks).toMatchObject([
      { language: 'en', kind: 'manual', name: 'English' },
      { language: 'de', kind: 'generated', name: 'German (auto-generated)' },
    ])
  })

  it('tells title, channel and length of the video', () => {
    const answer = readPlayerAnswer({ videoDetails: { title: 'A title', author: 'A channel', lengthSeconds: '316' } })

    expect(answer?.details).toMatchObject({ title: 'A title', channel: 'A channel', durationMs: 316_000 })
  })

  it('tells what the description says and how often the video was viewed, where it says so', () => {
    const detailsOf = (videoDetails: object) => readPlayerAnswer({ videoDetails })?.details

    expect(detailsOf({ shortDescription: 'One.\nTwo.', viewCount: '15000' })).toMatchObject({
      description: 'One.\nTwo.',
      viewCount: 15_000,
    })
    expect(detailsOf({ shortDescription: ' \n', viewCount: 'many' })).toMatchObject({
      description: undefined,
      viewCount: undefined,
    })
    expect(detailsOf({ viewCount: '0' })?.viewCount).toBe(0)
  })

  it('keeps the first 5,000 characters of a description, and no half of one', () => {
    const described = (shortDescription: string) => readPlayerAnswer({ videoDetails: { shortDescription } })?.details

    expect(described('x'.repeat(5_000))?.description).toHaveLength(5_000)
    expect(described('x'.repeat(100_000))?.description).toBe('x'.repeat(5_000))
    expect(described(`${'x'.repeat(4_999)}😀`)?.description).toBe('x'.repeat(4_999))
  })

  it.each([
    ['live', { isLive: true, isLiveContent: true }],
    ['ended', { isLiveContent: true }],
    ['ended', { isPostLiveDvr: true }],
    ['none', { isLiveContent: false }],
    [undefined, {}],
  ])('tells whether the video was broadcast: %s', (live, videoDetails) => {
    expect(readPlayerAnswer({ videoDetails })?.details?.live).toBe(live)
  })

  it('tells when the video was published, where it says so, and shows its pictures', () => {
    const thumbnails = [
      { url: 'https://i.ytimg.com/vi/gettysburg1/default.jpg', width: 120, height: 90 },
      { url: 'javascript:alert(1)', width: 120, height: 90 },
    ]
    const answerWith = (publishDate: unknown) =>
      readPlayerAnswer({
        videoDetails: { thumbnail: { thumbnails } },
        microformat: { playerMicroformatRenderer: { publishDate } },
      })

    expect(answerWith('1863-11-19')?.details).toMatchObject({
      publishedAt: '1863-11-19',
      thumbnails: [thumbnails[0]],
    })
    expect(answerWith('2024-05-01T09:00:00-07:00')?.details?.publishedAt).toBe('2024-05-01T09:00:00-07:00')
    expect(answerWith('last Thursday')?.details?.publishedAt).toBeUndefined()
  })

  it('names the languages that captions are translated into', () => {
    const translationLanguages = [
      { languageCode: 'ar', languageName: { runs: [{ text: 'Arabic' }] } },
      { languageCode: 7 },
      { languageCode: 'uk', languageName: { simpleText: 'Ukrainian' } },
    ]
    const captionTracks = [track('en', { isTranslatable: true }), track('de')]
    const answer = readPlayerAnswer(withTracks({ captionTracks, translationLanguages }))

    expect(answer?.translations).toEqual([
      { language: 'ar', name: 'Arabic' },
      { language: 'uk', name: 'Ukrainian' },
    ])
    expect(answer?.tracks.map(({ translatable }) => translatable)).toEqual([true, false])
  })

  it('leaves out what has another form than expected, and keeps the rest', () => {
    const answer = readPlayerAnswer({
      playabilityStatus: { status: 'OK', reason: ['odd'], errorScreen: 7 },
      videoDetails: { title: 12, author: 'A channel', lengthSeconds: 'soon' },
      captions: { playerCaptionsTracklistRenderer: { captionTracks: [null, { languageCode: 'fr' }, track('en')] } },
    })

    expect(answer).toMatchObject({ status: 'OK', reasons: [], tracks: [{ language: 'en' }] })
    expect(answer?.details).toMatchObject({ title: undefined, channel: 'A channel', durationMs: undefined })
  })

  it('leaves out what could not be stored: endless titles, tags with control characters', () => {
    const answer = readPlayerAnswer({
      videoDetails: { title: 'x'.repeat(1_001), author: 'A channel', lengthSeconds: '99999999999' },
      captions: {
        playerCaptionsTracklistRenderer: { captionTracks: [track('e\0n'), track('x'.repeat(51)), track('de')] },
      },
    })

    expect(answer?.details).toMatchObject({ title: undefined, channel: 'A channel', durationMs: undefined })
    expect(answer?.tracks).toMatchObject([{ language: 'de' }])
  })

  it.each([[undefined], [null], ['text'], [[]], [7]])('is none: %j', (json) => {
    expect(readPlayerAnswer(json)).toBeUndefined()
  })

  it('gives reasons in one line of a reasonable length', () => {
    const reason = `Sign\nin  to ${'x'.repeat(500)}`
    const answer = readPlayerAnswer({ playabilityStatus: { status: 'ERROR', reason } })

    expect(answer?.reasons[0]).toMatch(/^Sign in to x+$/)
    expect(answer?.reasons[0]).toHaveLength(200)
  })
})

describe('the language that a video is spoken in', () => {
  const spokenIn = (list: object): readonly string[] | undefined => readPlayerAnswer(withTracks(list))?.spoken

  it('is that of the original audio of a dubbed video', () => {
    const audioTracks = [{ audioTrackId: 'ja.10' }, { audioTrackId: 'en-US.4', defaultCaptionTrackIndex: 0 }]
    const captionTracks = [track('fr'), track('ja', { kind: 'asr' })]

    expect(spokenIn({ audioTracks, captionTracks, defaultAudioTrackIndex: 1 })).toEqual(['en-US', 'en', 'ja', 'fr'])
  })

  it('is otherwise the one that speech recognition heard', () => {
    const captionTracks = [track('fr'), track('de', { kind: 'asr' }), track('de')]

    expect(spokenIn({ captionTracks, audioTracks: [{ defaultCaptionTrackIndex: 0 }] })).toEqual(['de', 'fr'])
  })

  it('is otherwise that of the captions shown by default, and at last that of the first captions', () => {
    const captionTracks = [track('zh'), track('cs'), track('en')]

    expect(spokenIn({ captionTracks, audioTracks: [{ defaultCaptionTrackIndex: 2 }] })).toEqual(['en', 'zh', 'cs'])
    expect(spokenIn({ captionTracks })).toEqual(['zh', 'cs', 'en'])
  })
})
