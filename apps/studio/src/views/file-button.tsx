import { useRef } from "preact/hooks";

/** A button that lets visitors choose a file. */
export function FileButton({
  text,
  label,
  accept,
  onFiles,
}: {
  text: string;
  /** What the file is. */
  label: string;
  accept: string;
  onFiles: (files: FileList | null) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        {text}
      </button>
      <input
        ref={input}
        class="hidden"
        type="file"
        tabIndex={-1}
        accept={accept}
        aria-label={label}
        onChange={({ currentTarget }) => {
          onFiles(currentTarget.files);
          // The same file may be chosen once more.
          currentTarget.value = "";
        }}
      />
    </>
  );
}

/** What browsers do not count among pictures. */
export const pictureFiles = "image/*,.pgm,.ppm,.pnm";
