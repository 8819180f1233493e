// A subcommand whose arguments are ids of videos, also those that begin with a dash.
import { Command, type ParseOptionsResult } from 'commander'
import { idsAsOperands } from '../transcribe/ids-as-operands.ts'

/** Takes ids that begin with a dash for what they are. */
export class CommandOfIds extends Command {
  override parseOptions(args: string[]): ParseOptionsResult {
    return super.parseOptions(idsAsOperands(args, this))
  }
}
