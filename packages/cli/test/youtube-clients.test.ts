// As whom YouTube is asked, as a setting.
import { YOUTUBE_CLIENTS, type YouTubeClient } from '@ytscriptify/source-youtube'
import { describe, expect, it } from 'vitest'
import { findSettings } from '../src/settings/read-settings.ts'
import { openWorkplace } from './support/workplace.ts'

const NOWHERE = '/nonexistent'

const find = (value: string) => findSettings({ env: { YOUTUBE_CLIENTS: value }, cwd: NOWHERE })

const clientsOf = (value: string): readonly YouTubeClient[] | undefined => find(value).settings?.youtubeClients

const mistakeOf = (value: string): string | undefined => find(value).issues[0]?.message

const known = (name: string): YouTubeClient | undefined => YOUTUBE_CLIENTS.find((client) => client.name === name)

describe('YOUTUBE_CLIENTS', () => {
  it('is a list of names, in the order in which YouTube is asked', () => {
    expect(clientsOf('visionos, ANDROID')).toEqual([known('VISIONOS'), known('ANDROID')])
  })

  it('gives a client another version, in its user agent too', () => {
    const [ios] = clientsOf('IOS=22.01.7') ?? []

    expect(ios).toEqual({
      ...known('IOS'),
      version: '22.01.7',
      userAgent: 'com.google.ios.youtube/22.01.7 (iPhone16,2; U; CPU iOS 18_3_2 like Mac OS X;)',
    })
  })

  it('describes in JSON what has no name here, and changes what has', () => {
    const own = { name: 'TVHTML5', version: '7.2', number: 7, userAgent: 'own/7', device: { osName: 'Tizen' } }

    expect(clientsOf(JSON.stringify([own, { name: 'WEB', userAgent: 'own/1' }]))).toEqual([
      own,
      { ...known('WEB'), userAgent: 'own/1' },
    ])
  })

  it.each([
    ['ANDROID,', 'has "", which is neither NAME nor NAME=VERSION'],
    ['ANDROID=', 'has "ANDROID=", which is neither NAME nor NAME=VERSION'],
    ['ANDROID=1=2', 'has "ANDROID=1=2", which is neither NAME nor NAME=VERSION'],
    ['IOS,ios=2', 'names IOS twice'],
    [
      'NOBODY=1',
      'names NOBODY, which is not known here (ANDROID, VISIONOS, IOS, WEB); another needs its version, number and userAgent, in JSON',
    ],
    ['[{"name":"WEB"', 'is no list of clients in JSON: '],
    ['[]', 'is no list of clients in JSON: '],
    ['[{"name":"WEB","userAgent":"a\\nb"}]', 'is no list of clients in JSON at 0.userAgent: is no text for a header'],
    ['[{"name":"WEB","colour":"red"}]', 'is no list of clients in JSON at 0: '],
  ])('says what is wrong with %j', (value, why) => {
    expect(mistakeOf(value)).toContain(why)
    expect(mistakeOf(value)).toContain('; write it like YOUTUBE_CLIENTS=ANDROID=21.26.364,VISIONOS,IOS,WEB')
  })

  it('is what YouTube is told', async () => {
    const place = await openWorkplace()
    try {
      place.youtube.behave({ how: 'bot-check', client: 'IOS' })
      const env = { YOUTUBE_CLIENTS: 'IOS=22.1,VISIONOS' }

      const { code } = await place.run(['transcribe', 'gettysburg1', '--json'], { env })

      const asked = place.youtube.requests.filter(({ path }) => path === '/youtubei/v1/player')
      expect(asked.map(({ client }) => client)).toEqual(['IOS', 'VISIONOS'])
      expect(code).toBe(0)
    } finally {
      await place.close()
    }
  })
})
