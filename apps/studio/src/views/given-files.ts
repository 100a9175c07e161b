import { useEffect, useState } from "preact/hooks";

/** The picture among files, else the first of them: it may be a saved metamer. */
export const firstPicture = (files: Iterable<File> | undefined | null): File | undefined =>
  files
    ? ([...files].find(({ type, name }) => type.startsWith("image/") || /\.(pgm|ppm|pnm)$/i.test(name)) ??
      [...files][0])
    : undefined;

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "range");

const noFile =
  "That was no file. Pictures of other pages cannot be fetched from here: save the picture, and drop the file.";

/** What a folder looks like among dropped files is left to browsers; its entry says it. */
const isFolder = (transfer: DataTransfer): boolean =>
  [...transfer.items].some((item) => item.webkitGetAsEntry?.()?.isDirectory);

/**
 * Files that are dropped anywhere or pasted.
 *
 * @param onFile - hears of the one that is taken
 * @param onProblem - hears why none is
 * @returns whether something is held over the page
 */
export function useGivenFiles(
  onFile: (file: File, wasPasted: boolean) => void,
  onProblem: (message: string) => void,
): boolean {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const file = firstPicture(event.clipboardData?.files);
      if (!file) return;
      event.preventDefault();
      onFile(file, true);
    };
    const onDragOver = (event: DragEvent) => {
      const hasFiles = event.dataTransfer?.types.includes("Files") ?? false;
      // Text may be dropped into fields. Anything else would make the browser leave the page.
      if (!hasFiles && isField(event.target)) return;
      event.preventDefault();
      setIsOver(hasFiles);
    };
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setIsOver(false);
      const { dataTransfer } = event;
      const file = firstPicture(dataTransfer?.files);
      if (!file && isField(event.target)) return;
      event.preventDefault();
      if (!file || !dataTransfer) onProblem(noFile);
      else if (isFolder(dataTransfer)) onProblem("That was a folder. Drop one picture out of it.");
      else onFile(file, false);
    };
    const events = { paste: onPaste, dragover: onDragOver, dragleave: onDragLeave, drop: onDrop };
    const entries = Object.entries(events) as [string, EventListener][];
    for (const [name, listener] of entries) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of entries) removeEventListener(name, listener);
    };
  });
  return isOver;
}
