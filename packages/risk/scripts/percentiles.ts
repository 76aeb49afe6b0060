// Prints the engagement percentile table of the starter model, from simulated members:
// node packages/risk/scripts/percentiles.ts. A test holds models/starter-v1.json to it.
import { percentileTable } from '../src/engagement.ts'
import { starterModel } from '../src/starter-model.ts'
import { simulatedEngagement } from '../src/testing/simulated-members.ts'

process.stdout.write(`${JSON.stringify(percentileTable(simulatedEngagement(starterModel())))}\n`)
