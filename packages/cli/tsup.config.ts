import { buildOf } from '../../tsup.config.base.ts'

export default buildOf({ main: 'src/main.ts' })
