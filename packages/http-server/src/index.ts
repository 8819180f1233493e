// The public entry of @ytscriptify/http-server.
export { apiKeys, type Authenticator, type Caller, type NoCaller } from './authenticate.ts'
export { createHttpHandler } from './http-handler.ts'
export type { HttpHandler, HttpHandlerOptions, RequestFacts, RequestRecord } from './http-options.ts'
export type { CountedRequest, Metrics, Scrape } from './metrics/metrics.ts'
export { ERROR_STATUS, TRANSPORT_PROBLEMS, type ProblemCode, type TransportCode } from './problem-codes.ts'
export { rateLimits } from './rate-limit/rate-limits.ts'
export type { LimitedRequest, LimitVerdict, RateLimitOptions, RequestLimits } from './rate-limit/rate-limits.ts'
export type { LimitWindow, LimitWindowState, RateLimitStore } from '@ytscriptify/core'
export { memoryRateLimitStore } from './rate-limit/memory-rate-limit-store.ts'
export type { MemoryRateLimitStore, MemoryRateLimitStoreOptions } from './rate-limit/memory-rate-limit-store.ts'
export { createHttpServer } from './node/create-http-server.ts'
export type { CloseOptions, HttpServer, HttpServerOptions } from './node/create-http-server.ts'
export { toNodeHandler, type NodeHandler, type NodeHandlerOptions } from './node/to-node-handler.ts'
export type { NodeRequest } from './node/node-request.ts'
export {
  clientAddressOf,
  type AddressFacts,
  type ClientAddressOptions,
  type TrustProxy,
} from './node/client-address.ts'
