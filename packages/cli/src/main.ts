#!/usr/bin/env node
// The command. Everything outside is handed in here, and only here.
import { run } from './run.ts'

void run({
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  onInterrupt(listener) {
    process.on('SIGINT', listener).on('SIGTERM', listener)
    return () => process.off('SIGINT', listener).off('SIGTERM', listener)
  },
  onHangup(listener) {
    process.on('SIGHUP', listener)
    return () => process.off('SIGHUP', listener)
  },
  onUncaught(listener) {
    // Rejections that nobody handles come here too: https://nodejs.org/api/process.html#event-uncaughtexception
    process.on('uncaughtException', listener)
    return () => process.off('uncaughtException', listener)
  },
  quit: (code) => process.exit(code),
}).then((code) => {
  process.exitCode = code
})
