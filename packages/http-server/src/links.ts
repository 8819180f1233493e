// The paths of the API, as answers name them.

/** Makes the paths of what answers speak of. */
export interface Links {
  readonly job: (id: string) => string
  readonly events: (id: string) => string
  readonly transcript: (id: string, videoId: string) => string
  readonly jobs: (query: URLSearchParams) => string
}

/** @param basePath - What all paths begin with: `/api/transcripts`, or nothing. */
export function linksBelow(basePath: string): Links {
  const job = (id: string): string => `${basePath}/job_status/${id}`
  return {
    job,
    events: (id) => `${job(id)}/events`,
    transcript: (id, videoId) => `${job(id)}/transcripts/${encodeURIComponent(videoId)}`,
    jobs: (query) => `${basePath}/jobs?${query.toString()}`,
  }
}

/**
 * The base path as it is used: `''`, or with a slash in front and none behind.
 *
 * @throws an `Error` when it is not a plain path.
 */
export function checkedBasePath(basePath: string): string {
  const path = basePath.replace(/\/+$/, '')
  if (path !== '' && (!/^(\/[\w.~-]+)+$/.test(path) || /\/\.{1,2}(\/|$)/.test(path)))
    throw new Error(`"${basePath}" is no path to mount the API below; write it like "/api/transcripts".`)
  return path
}
