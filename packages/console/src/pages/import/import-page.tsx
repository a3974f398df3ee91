/** Import from CSV: drop files, see what would happen and what is wrong, then write all of it. */
import {
  API_PREFIX,
  IMPORT_COLUMNS,
  IMPORT_KINDS,
  type ImportKind,
  type ImportReply,
} from "@deskgate/contract";
import { Alert, Button, CloseButton, FileButton, NativeSelect } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type DragEvent, useState } from "react";
import { TbAlertTriangle, TbCircleCheck, TbFileSpreadsheet, TbUpload } from "react-icons/tb";
import { useImport } from "../../api/imports.ts";
import { useMay } from "../../api/permissions.ts";
import { FormProblem } from "../../parts/form-problem.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { DataTable } from "../../parts/table/data-table.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { importText } from "../../text/import.ts";
import { spellNumber } from "../../text/quantities.ts";
import { importSentence } from "../../text/refusals.ts";
import { addFiles, changesOf, countRows, type DroppedFile, importOf, kindOfName } from "./import-files.ts";
import "./import.css";

export function ImportPage() {
  useTitle(importText.title);
  const [files, setFiles] = useState<readonly DroppedFile[]>([]);
  const trial = useImport();
  const change = (next: readonly DroppedFile[]) => {
    setFiles(next);
    // What was found out is about other files now.
    trial.reset();
  };
  const wanted = importOf(files);
  return (
    <>
      <PageHeader title={importText.title} lead={importText.lead} />
      <DropZone isSmall={files.length > 0} onFiles={(dropped) => change(addFiles(files, dropped))} />
      <FileList files={files} onChange={change} />
      {files.length > 0 && (
        <div className="dg-import-actions">
          <Button
            variant="default"
            disabled={!wanted}
            loading={trial.isPending}
            onClick={() => wanted && trial.mutate({ files: wanted, isDryRun: true })}
            data-testid="import-check"
          >
            {importText.check}
          </Button>
          {wanted && trial.data && (
            <ApplyButton
              changes={trial.data.errors.length === 0 ? changesOf(trial.data) : 0}
              files={wanted}
              onDone={() => change([])}
            />
          )}
        </div>
      )}
      {trial.error && <FormProblem error={trial.error} />}
      {trial.data && <Findings reply={trial.data} />}
      {files.length === 0 && <KnownColumns />}
    </>
  );
}

interface ApplyButtonProps {
  readonly changes: number;
  readonly files: NonNullable<ReturnType<typeof importOf>>;
  readonly onDone: () => void;
}

function ApplyButton({ changes, files, onDone }: ApplyButtonProps) {
  const write = useImport();
  const apply = () =>
    write.mutate(
      { files, isDryRun: false },
      {
        onSuccess: ({ isDone }) => {
          if (!isDone) return;
          notifications.show({ message: importText.done });
          onDone();
        },
      },
    );
  return (
    <>
      <Button disabled={changes === 0} loading={write.isPending} onClick={apply} data-testid="import-apply">
        {changes === 0 ? importText.apply : importText.applyHint(changes)}
      </Button>
      {write.error && <FormProblem error={write.error} />}
    </>
  );
}

interface DropZoneProps {
  readonly onFiles: (files: readonly DroppedFile[]) => void;
  /** Once there are files, they are what matters. */
  readonly isSmall: boolean;
}

function DropZone({ onFiles, isSmall }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const take = async (list: readonly File[]) =>
    onFiles(
      await Promise.all(
        list.map(async (file) => ({ name: file.name, text: await file.text(), kind: kindOfName(file.name) })),
      ),
    );
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take([...event.dataTransfer.files]);
  };
  return (
    <section
      className={`dg-card dg-drop ${isOver ? "dg-drop-over" : ""} ${isSmall ? "dg-drop-small" : ""}`}
      aria-label={importText.drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <TbUpload size={24} strokeWidth={1.6} aria-hidden="true" />
      <strong>{importText.drop}</strong>
      <span className="dg-cell-sub">{importText.dropHint}</span>
      <FileButton
        multiple
        accept=".csv,text/csv"
        onChange={(list) => void take(list)}
        inputProps={{ "aria-label": importText.choose, "data-testid": "import-files" } as object}
      >
        {(props) => (
          <Button variant="default" size="xs" {...props}>
            {importText.choose}
          </Button>
        )}
      </FileButton>
    </section>
  );
}

interface FileListProps {
  readonly files: readonly DroppedFile[];
  readonly onChange: (files: readonly DroppedFile[]) => void;
}

function FileList({ files, onChange }: FileListProps) {
  if (files.length === 0) return null;
  const choose = (name: string, kind: ImportKind | undefined) =>
    onChange(files.map((file) => (file.name === name ? { ...file, kind } : file)));
  return (
    <ul className="dg-import-files">
      {files.map(({ name, text, kind }) => (
        <li key={name} className="dg-card">
          <TbFileSpreadsheet size={20} strokeWidth={1.6} aria-hidden="true" />
          <div>
            <div className="dg-cell-main">{name}</div>
            <div className="dg-cell-sub">
              {kind ? importText.rows(countRows(text)) : importText.unknownKind(name)}
            </div>
          </div>
          <NativeSelect
            size="xs"
            aria-label={importText.kind}
            value={kind ?? ""}
            data={[
              { value: "", label: "–" },
              ...IMPORT_KINDS.map((value) => ({ value, label: importText.kinds[value] })),
            ]}
            onChange={({ currentTarget: { value } }) =>
              choose(
                name,
                IMPORT_KINDS.find((one) => one === value),
              )
            }
          />
          <CloseButton
            aria-label={importText.remove(name)}
            onClick={() => onChange(files.filter((file) => file.name !== name))}
          />
        </li>
      ))}
    </ul>
  );
}

/** What a file of each kind may say, for whoever writes the first one. */
function KnownColumns() {
  const may = useMay();
  return (
    <section className="dg-card dg-import-columns" aria-label={importText.known}>
      <h2>{importText.known}</h2>
      <p className="dg-soft">{importText.knownHint}</p>
      <dl>
        {IMPORT_KINDS.map((kind) => (
          <div key={kind}>
            <dt>{importText.kinds[kind]}</dt>
            <dd className="dg-mono">{IMPORT_COLUMNS[kind].join(", ")}</dd>
            <dd>
              {may(`${kind}.read`) && (
                <a href={`${API_PREFIX}/exports/${kind}`} download={`${kind}.csv`}>
                  {importText.export}
                  <span className="dg-visually-hidden"> {importText.kinds[kind]}</span>
                </a>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Findings({ reply }: { readonly reply: ImportReply }) {
  const { columns } = importText;
  const kinds = IMPORT_KINDS.flatMap((kind) => {
    const counts = reply.counts[kind];
    return counts ? [{ kind, ...counts }] : [];
  });
  return (
    <div className="dg-findings">
      <Verdict reply={reply} />
      {kinds.length > 0 && reply.errors.length === 0 && (
        <DataTable
          label={columns.kind}
          rows={kinds}
          keyOf={({ kind }) => kind}
          minWidth={480}
          columns={[
            { header: columns.kind, cell: ({ kind }) => importText.kinds[kind] },
            { header: columns.created, align: "right", cell: ({ created }) => spellNumber(created) },
            { header: columns.updated, align: "right", cell: ({ updated }) => spellNumber(updated) },
            { header: columns.unchanged, align: "right", cell: ({ unchanged }) => spellNumber(unchanged) },
          ]}
        />
      )}
      {reply.errors.length > 0 && (
        <DataTable
          label={columns.reason}
          rows={reply.errors}
          keyOf={({ kind, row, column, reason }) => `${kind} ${row} ${column} ${reason}`}
          minWidth={560}
          columns={[
            { header: columns.kind, width: 150, cell: ({ kind }) => importText.kinds[kind] },
            { header: columns.row, width: 90, align: "right", cell: ({ row }) => spellNumber(row) },
            {
              header: columns.column,
              width: 170,
              cell: ({ column }) => <span className="dg-mono">{column}</span>,
            },
            { header: columns.reason, cell: ({ reason }) => importSentence(reason) },
          ]}
        />
      )}
    </div>
  );
}

function Verdict({ reply }: { readonly reply: ImportReply }) {
  if (reply.errors.length > 0)
    return (
      <Alert role="alert" color="red" icon={<TbAlertTriangle size={18} />}>
        {importText.errors(reply.errors.length)}
      </Alert>
    );
  return (
    <Alert role="status" color="petrol" icon={<TbCircleCheck size={18} />}>
      {changesOf(reply) === 0 ? importText.nothingNew : importText.ready}
    </Alert>
  );
}
