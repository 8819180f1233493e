// What a path of a URL stands for. Hono's routers find it; its context, which makes a Response of each answer, is not needed.
import { METHOD_NAME_ALL } from 'hono/router'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'
import { tryDecode, tryDecodeURIComponent } from 'hono/utils/url'
import type { Route } from './route.ts'

/** All that can be done at a path. */
export interface Resource {
  /** As the routes declare it: `/job_status/{id}`. */
  readonly path: string
  /** By method. HEAD is wherever GET is, and is answered with the head of the same answer. */
  readonly routes: ReadonlyMap<string, Route>
  /** For the header `Allow`. */
  readonly allow: string
}

export interface FoundResource {
  readonly resource: Resource
  /** The parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>
}

/** Makes the function that finds what the path of a URL stands for. */
export function resourceFinder(
  routes: readonly Route[],
  { basePath }: { readonly basePath: string },
): (url: string) => FoundResource | undefined {
  const router = new SmartRouter<Resource>({ routers: [new RegExpRouter(), new TrieRouter()] })
  for (const resource of resourcesOf(routes)) router.add(METHOD_NAME_ALL, basePath + honoPath(resource.path), resource)

  return (url) => {
    const [[found], values] = router.match(METHOD_NAME_ALL, pathOf(url))
    if (!found) return undefined
    const [resource, places] = found
    const params: Record<string, string> = {}
    for (const [name, place] of Object.entries<string | number>(places)) {
      // One of Hono's routers gives the values themselves, the other their places in a list.
      const value = typeof place === 'string' ? place : values?.[place]
      if (value !== undefined) params[name] = tryDecodeURIComponent(value)
    }
    return { resource, params }
  }
}

function resourcesOf(routes: readonly Route[]): readonly Resource[] {
  const paths = new Map<string, Route[]>()
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route])
  return [...paths].map(([path, methods]) => ({ path, routes: byMethod(methods), allow: allowOf(methods) }))
}

function byMethod(routes: readonly Route[]): ReadonlyMap<string, Route> {
  const methods = new Map<string, Route>(routes.map((route) => [route.method, route]))
  const get = methods.get('GET')
  return get ? methods.set('HEAD', get) : methods
}

function allowOf(routes: readonly Route[]): string {
  const methods = routes.map(({ method }) => method)
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
}

const honoPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

/** Decoded, but for what a part of it may contain and a path is made of: `%2F` and `%25` are left to that part. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf(':') + 3)
  const length = url.slice(start).search(/[?#]/)
  const path = length < 0 ? url.slice(start) : url.slice(start, start + length)
  return path.includes('%') ? tryDecode(path.replaceAll('%25', '%2525'), decodeURI) : path
}
