export { renderReport, ReportError } from "./render-report.ts";
