export { onlineRetail, readInvoices, RETAIL_RECORDS } from './retail/online-retail.ts'
export { SAMPLE_DEFAULTS, type SampleOptions, sampleRecords } from './sample/sample.ts'
