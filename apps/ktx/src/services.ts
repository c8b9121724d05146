import type { AgentReport, SetUpAgentInput } from "./agent-settings/set-up-agent.ts";
import { explained } from "./agent/explained.ts";
import type { ExplainedRun, ExplainRunInput } from "./agent/explain-run.ts";
import type { RunInput } from "./agent/prepare-run.ts";
import type { AgentRunReport } from "./agent/run-agent.ts";
import type { ObjectRunInput, ObjectRunReport } from "./agent/run-object.ts";
import type { BatchInput, BatchRunReport } from "./batch/batch-input.ts";
import type { BatchesInput, BatchesReport } from "./batch/read-batches.ts";
import type { ChatFlags } from "./chat/run-chat.ts";
import type { StatusReport } from "@ktx/config";
import type { IngestPlan, ReviewInput, ScanReport, UndoReport } from "@ktx/ingest";
import type { CliIo } from "./cli-io.ts";
import type { AgentDemoInput, AgentDemoReport } from "./demo/agent/run-agent-demo.ts";
import type { DemoInput, DemoReport } from "./demo/run-demo.ts";
import type { RememberInput, RememberResult } from "./ingest/remember.ts";
import type { ReviewList, ReviewQuery } from "./ingest/review.ts";
import type { ScanInput } from "./ingest/run-scan.ts";
import type { IngestInput, IngestResult, SharedIngestInput } from "./ingest/run-ingest.ts";
import type { ConfigReport } from "./project/check-config.ts";
import type { DeletedThreadsReport, ThreadsInput, ThreadsReport } from "./project/list-threads.ts";
import type { LogsReport } from "./logs/read-logs.ts";
import type { BugReportOutcome, ReportBugInput } from "./logs/report-bug.ts";
import type { ModelsReport } from "./project/list-models.ts";
import type { RecordingCheck } from "./replay/check-recording.ts";
import type { ReplayInput } from "./replay/replay-run.ts";
import type { ReportInput, WrittenReport } from "./report/write-report.ts";
import type { SimInput } from "./sim/serve-sim.ts";
import type { ReadStatusInput } from "./project/read-status.ts";
import type { CancelledSetup, SetupReport } from "./setup/apply-setup.ts";
import type { SetupFlags } from "./setup/setup-flags.ts";
import type { SignInInput } from "./sign-in/codex-login.ts";
import type { WikiAnswer, WikiQuestion } from "./wiki/ask-wiki.ts";
import type { WorkerInput, WorkerResult } from "./worker/run-worker.ts";
import type { ServeMcpInput } from "./wiki/serve-mcp.ts";
import type { ServeWikiInput } from "./wiki/serve-wiki.ts";

/** The work of the commands. A command loads only the packages that it needs. */
export interface Services {
  readonly runDemo: (input: DemoInput) => Promise<DemoReport>;
  readonly runAgentDemo: (input: AgentDemoInput) => Promise<AgentDemoReport>;
  readonly runAgent: (input: RunInput) => Promise<AgentRunReport>;
  readonly runObject: (input: ObjectRunInput) => Promise<ObjectRunReport>;
  readonly runPrompts: (input: BatchInput) => Promise<BatchRunReport>;
  readonly readBatches: (input: BatchesInput) => Promise<BatchesReport>;
  /** Settles with the exit code when the user leaves. */
  readonly runChat: (input: ChatFlags) => Promise<number>;
  readonly explainRun: (input: ExplainRunInput) => Promise<ExplainedRun>;
  readonly signIn: (input: SignInInput) => Promise<void>;
  readonly setUp: (flags: SetupFlags) => Promise<SetupReport>;
  /** Undefined when the user cancels. */
  readonly askAndSetUp: (flags: SetupFlags) => Promise<SetupReport | CancelledSetup>;
  readonly readStatus: (input: ReadStatusInput) => Promise<StatusReport>;
  readonly listModels: (input: ProjectInput) => Promise<ModelsReport>;
  readonly listThreads: (input: ThreadsInput) => Promise<ThreadsReport>;
  readonly deleteThreads: (
    input: ThreadsInput & { readonly ids: readonly string[] },
  ) => Promise<DeletedThreadsReport>;
  /** Undefined where the user does not confirm the change. */
  readonly setUpAgent: (input: SetUpAgentInput) => Promise<AgentReport | undefined>;
  readonly askWiki: (question: WikiQuestion) => Promise<WikiAnswer>;
  /** Settles when the client leaves. */
  readonly serveMcp: (input: ServeMcpInput) => Promise<void>;
  /** Settles when the user interrupts. */
  readonly serveWiki: (input: ServeWikiInput) => Promise<void>;
  readonly replayRun: (input: ReplayInput) => Promise<AgentRunReport>;
  readonly writeReport: (input: ReportInput) => Promise<WrittenReport>;
  readonly checkRecording: (file: string) => Promise<RecordingCheck>;
  /** Settles when the user interrupts. */
  readonly serveSim: (input: SimInput) => Promise<void>;
  readonly readLogs: () => Promise<LogsReport>;
  readonly reportBug: (input: Omit<ReportBugInput, "readStatus">) => Promise<BugReportOutcome>;
  readonly checkConfig: (input: ProjectInput) => Promise<ConfigReport>;
  readonly ingest: (input: SharedIngestInput) => Promise<IngestResult>;
  readonly runWorker: (input: WorkerInput) => Promise<WorkerResult>;
  readonly planIngest: (input: IngestInput) => Promise<IngestPlan>;
  readonly remember: (input: RememberInput) => Promise<RememberResult>;
  readonly listProposals: (input: ReviewQuery) => Promise<ReviewList>;
  readonly reviewProposal: (
    input: ProjectInput & Pick<ReviewInput, "id" | "verdict">,
  ) => Promise<readonly string[]>;
  /** Opens the user's editor. */
  readonly editProposal: (
    input: ProjectInput & Pick<ReviewInput, "id">,
  ) => Promise<readonly string[]>;
  readonly undoApply: (input: ProjectInput) => Promise<UndoReport>;
  readonly scan: (input: ScanInput) => Promise<ScanReport>;
}

interface ProjectInput {
  readonly projectDir?: string | undefined;
}

export function createServices(io: CliIo): Services {
  return {
    runDemo: async (input) => {
      const { runDemo } = await import("./demo/run-demo.ts");
      return explained(runDemo(input, io));
    },
    runAgentDemo: async (input) => {
      const { runAgentDemo } = await import("./demo/agent/run-agent-demo.ts");
      return explained(runAgentDemo(input, io));
    },
    runAgent: async (input) => {
      const [{ runAgent }, { recordRun }] = await Promise.all([
        import("./agent/run-agent.ts"),
        import("./logs/record-run.ts"),
      ]);
      return recordRun({ command: "run", input, io }, (recorded) =>
        explained(runAgent(recorded, io)),
      );
    },
    runObject: async (input) => {
      const [{ runObject }, { recordRun }] = await Promise.all([
        import("./agent/run-object.ts"),
        import("./logs/record-run.ts"),
      ]);
      return recordRun({ command: "run", input, io }, (recorded) =>
        explained(runObject(recorded, io)),
      );
    },
    runPrompts: async (input) => {
      const { runPrompts } = await import("./batch/run-prompts.ts");
      return explained(runPrompts(input, io));
    },
    readBatches: async (input) => {
      const { readBatches } = await import("./batch/read-batches.ts");
      return explained(readBatches(input, io));
    },
    runChat: async (input) => {
      const { runChat } = await import("./chat/run-chat.ts");
      return explained(runChat(input, io));
    },
    explainRun: async (input) => {
      const { explainRun } = await import("./agent/explain-run.ts");
      return explained(explainRun(input, io));
    },
    signIn: async (input) => {
      const { signIn } = await import("./sign-in/codex-login.ts");
      return explained(signIn(input, io));
    },
    setUp: async (flags) => {
      const { setUp } = await import("./setup/apply-setup.ts");
      return explained(setUp(flags, io));
    },
    askAndSetUp: async (input) => {
      const { createClackPrompter } = await import("./setup/clack-prompter.ts");
      const { runSetup } = await import("./setup/run-setup.ts");
      return explained(runSetup({ ...input, prompter: createClackPrompter(io) }, io));
    },
    readStatus: async (input) => {
      const { readStatus } = await import("./project/read-status.ts");
      return explained(readStatus(input, io));
    },
    listModels: async (input) => {
      const { listModels } = await import("./project/list-models.ts");
      return explained(listModels(input, io));
    },
    listThreads: async (input) => {
      const { listThreads } = await import("./project/list-threads.ts");
      return explained(listThreads(input, io));
    },
    deleteThreads: async (input) => {
      const { deleteThreads } = await import("./project/list-threads.ts");
      return explained(deleteThreads(input, io));
    },
    setUpAgent: async (input) => {
      const { setUpAgent } = await import("./agent-settings/set-up-agent.ts");
      return await setUpAgent(input, io);
    },
    askWiki: async (question) => {
      const { askWiki } = await import("./wiki/ask-wiki.ts");
      return await askWiki(question, io);
    },
    serveWiki: async (input) => {
      const { serveWiki } = await import("./wiki/serve-wiki.ts");
      await explained(serveWiki(input, io));
    },
    serveMcp: async (input) => {
      const { serveMcp } = await import("./wiki/serve-mcp.ts");
      await serveMcp(input, io);
    },
    replayRun: async (input) => {
      const { replayRun } = await import("./replay/replay-run.ts");
      return explained(replayRun(input, io));
    },
    checkRecording: async (file) => {
      const { checkRecording } = await import("./replay/check-recording.ts");
      return explained(checkRecording(file, io));
    },
    writeReport: async (input) => (await import("./report/write-report.ts")).writeReport(input, io),
    serveSim: async (input) => {
      const { serveSim } = await import("./sim/serve-sim.ts");
      return explained(serveSim(input, io));
    },
    readLogs: async () => {
      const { readLogs } = await import("./logs/read-logs.ts");
      return readLogs(io);
    },
    reportBug: async (input) => {
      const [{ reportBug }, { readStatus }] = await Promise.all([
        import("./logs/report-bug.ts"),
        import("./project/read-status.ts"),
      ]);
      const ask = (isInteractive: boolean) =>
        readStatus({ ...input, isInteractive, probe: false, onProbe: () => {} }, io);
      return explained(reportBug({ ...input, readStatus: ask }, io));
    },
    checkConfig: async (input) => {
      const { checkConfig } = await import("./project/check-config.ts");
      return explained(checkConfig(input, io));
    },
    ingest: async (input) => {
      const { recordedIngest } = await import("./ingest/recorded-ingest.ts");
      return recordedIngest(input, io);
    },
    runWorker: async (input) => {
      const { runWorker } = await import("./worker/run-worker.ts");
      return explained(runWorker(input, io));
    },
    planIngest: async (input) => {
      const { planIngest } = await import("./ingest/run-ingest.ts");
      return explained(planIngest(input, io));
    },
    remember: async (input) => {
      const { recordedRemember } = await import("./ingest/recorded-ingest.ts");
      return recordedRemember(input, io);
    },
    listProposals: async (input) => {
      const { listProjectReview } = await import("./ingest/review.ts");
      return explained(listProjectReview(input, io));
    },
    reviewProposal: async (input) => {
      const { reviewProjectProposal } = await import("./ingest/review.ts");
      return explained(reviewProjectProposal(input, io));
    },
    editProposal: async (input) => {
      const { editProjectProposal } = await import("./ingest/review.ts");
      return explained(editProjectProposal(input, io));
    },
    undoApply: async (input) => {
      const { undoProjectApply } = await import("./ingest/review.ts");
      return explained(undoProjectApply(input, io));
    },
    scan: async (input) => {
      const { recordedScan } = await import("./ingest/recorded-ingest.ts");
      return recordedScan(input, io);
    },
  };
}
