export { type ContactRecall, createContactRecall } from './contact-recall.ts'
export { connectContactRecall, type RecallDeps } from './connect.ts'
