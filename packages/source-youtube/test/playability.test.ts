import { isTranscriptionError } from '@ytscriptify/core'
import { describe, expect, it } from 'vitest'
import { assertHasCaptions } from '../src/playability.ts'
import { readPlayerAnswer } from '../src/player-answer.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')

function refusalOf(json: object): { code: string; message: string; retryAt?: Date } | undefined {
  try {
    assertHasCaptions(readPlayerAnswer(json)!, { videoId: 'gettysburg1', now: NOW })
    return undefined
  } catch (error) {
    return isTranscriptionError(error) ? error : { code: 'thrown', message: String(error) }
  }
}

const says = (status: string, reason?: string, subreason?: string): object => ({
  playabilityStatus: {
    status,
    reason,
    errorScreen: { playerErrorMessageRenderer: { subreason: subreason && { simpleText: subreason } } },
  },
})

describe('what YouTube says of a video', () => {
  it.each([
    ['source_blocked', says('LOGIN_REQUIRED', 'Sign in to confirm you’re not a bot')],
    ['source_blocked', says('LOGIN_REQUIRED', "Sign in to confirm you're not a bot")],
    ['source_blocked', { playabilityStatus: { status: 'OK', errorScreen: { playerCaptchaViewModel: {} } } }],
    ['source_rate_limited', says('ERROR', "This content isn't available, try again later.")],
    ['age_restricted', says('LOGIN_REQUIRED', 'This video may be inappropriate for some users.')],
    ['age_restricted', says('LOGIN_REQUIRED', 'Sign in to confirm your age')],
    [
      'age_restricted',
      says('UNPLAYABLE', 'Video unavailable', 'This video is age-restricted and only available on YouTube'),
    ],
    ['age_restricted', says('AGE_VERIFICATION_REQUIRED', 'Please verify')],
    ['video_private', says('LOGIN_REQUIRED', 'This is a private video.')],
    [
      'video_private',
      { playabilityStatus: { status: 'LOGIN_REQUIRED', messages: ['This is a private video. Please sign in.'] } },
    ],
    ['members_only', says('UNPLAYABLE', "This video is available to this channel's members on level: Friends.")],
    ['members_only', says('UNPLAYABLE', 'Join this channel to get access to members-only content like this video')],
    ['premium_only', says('UNPLAYABLE', 'This video is only available to Music Premium members')],
    ['payment_required', says('UNPLAYABLE', 'This video requires payment to watch.')],
    [
      'geo_blocked',
      says('UNPLAYABLE', 'Video unavailable', 'The uploader has not made this video available in your country'),
    ],
    [
      'account_terminated',
      says(
        'ERROR',
        'This video is no longer available because the YouTube account associated with this video has been terminated.',
      ),
    ],
    [
      'account_terminated',
      says('ERROR', 'This video is no longer available because the uploader has closed their YouTube account.'),
    ],
    ['video_unavailable', says('ERROR', 'This video is unavailable')],
    ['video_unavailable', says('ERROR', 'Video unavailable')],
    ['video_unavailable', says('UNPLAYABLE', 'This video is not available')],
    ['video_unavailable', says('ERROR', 'This video has been removed by the uploader')],
    ['video_unavailable', says('LIVE_STREAM_OFFLINE', 'This live event has ended.')],
    ['video_unavailable', {}],
    ['live_upcoming', says('LIVE_STREAM_OFFLINE', 'Premieres in 2 hours')],
    ['video_unplayable', says('UNPLAYABLE', 'Something nobody has seen before')],
    ['video_unplayable', says('A_NEW_STATUS')],
    ['live_now', { playabilityStatus: { status: 'OK' }, videoDetails: { isLive: true } }],
    ['live_now', { playabilityStatus: { status: 'OK' }, videoDetails: { isPostLiveDvr: true } }],
    ['transcripts_disabled', { playabilityStatus: { status: 'OK' }, videoDetails: { title: 'Silence' } }],
    ['transcripts_disabled', { videoDetails: { title: 'Silence' } }],
  ])('means %s: %j', (code, json) => {
    expect(refusalOf(json)?.code).toBe(code)
  })

  // A word of a name that others chose once decided.
  it.each([
    ['members_only', "This video is available to this channel's members on level: Premium Supporter (or any higher)."],
    ['members_only', 'This video is available to this channel’s members on level: Private Club.'],
    ['members_only', "This video is available to this channel's members on level: Age-Restricted."],
    ['video_unplayable', 'This video is no longer available due to a copyright claim by Premium Films'],
    ['video_unplayable', 'This video is no longer available due to a copyright claim by Private Country Ltd.'],
    ['video_unplayable', 'This video contains content from Country Music Television, who has blocked it.'],
    ['video_unplayable', 'This video contains content from YouTube Premium Films, who has blocked it.'],
    ['geo_blocked', 'This video contains content from SME, who has blocked it in your country on copyright grounds'],
    ['geo_blocked', 'This video is not available in your country.'],
    [
      'account_terminated',
      'This video is no longer available because the YouTube account associated with this video has been terminated ' +
        'due to multiple third-party notifications of copyright infringement.',
    ],
  ])('means %s whatever names stand in it: %s', (code, reason) => {
    expect(refusalOf(says('UNPLAYABLE', 'Video unavailable', reason))?.code).toBe(code)
  })

  // It once was taken for a word about the video.
  it.each([
    'The following content is not available on this app. Watch on the latest version of YouTube.',
    'This video is not available on this device.',
    'Video not available. Please watch it on another device.',
  ])('may be about who asks, and is no word about the video then: %s', (reason) => {
    expect(refusalOf(says('UNPLAYABLE', reason))?.code).toBe('video_unplayable')
  })

  it('is quoted, with the reason behind the reason', () => {
    expect(refusalOf(says('UNPLAYABLE', 'Video unavailable', 'Not available in your country'))?.message).toBe(
      'gettysburg1 is not shown in this country: "Video unavailable Not available in your country".',
    )
    expect(refusalOf(says('LOGIN_REQUIRED', 'This is a private video. Only some may see it.'))?.message).toBe(
      'gettysburg1 is private: "This is a private video. Only some may see it".',
    )
    expect(refusalOf(says('A_NEW_STATUS'))?.message).toBe('YouTube does not play gettysburg1.')
  })

  it('is nothing to object to when the video plays and has tracks', () => {
    const captions = { playerCaptionsTracklistRenderer: { captionTracks: [{ languageCode: 'en', baseUrl: 'x' }] } }

    expect(refusalOf({ playabilityStatus: { status: 'OK' }, captions })).toBeUndefined()
  })
})

describe('a video that has not started', () => {
  const startingAt = (date: Date): object => ({
    playabilityStatus: {
      status: 'LIVE_STREAM_OFFLINE',
      liveStreamability: {
        liveStreamabilityRenderer: {
          offlineSlate: { liveStreamOfflineSlateRenderer: { scheduledStartTime: String(date.getTime() / 1000) } },
        },
      },
    },
  })

  it('is to be tried again at its scheduled start', () => {
    const start = new Date(NOW + 7_200_000)

    expect(refusalOf(startingAt(start))).toMatchObject({ code: 'live_upcoming', retryAt: start })
  })

  it('names no moment once its start has passed: it is late', () => {
    expect(refusalOf(startingAt(new Date(NOW - 1000)))?.retryAt).toBeUndefined()
  })
})
