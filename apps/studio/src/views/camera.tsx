import { useEffect, useRef, useState } from "preact/hooks";

const refused: Readonly<Record<string, string>> = {
  NotAllowedError: "The camera may not be used by this page. Allow it in the browser, or choose a file.",
  NotFoundError: "There is no camera.",
  NotReadableError: "The camera is in use elsewhere.",
};

/** A picture by the camera. The stream ends when the dialog closes. */
export function Camera({
  onPicture,
  onProblem,
  onClose,
}: {
  onPicture: (picture: Blob) => void;
  onProblem: (message: string) => void;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [isReady, setIsReady] = useState(false);
  useEffect(() => {
    dialog.current?.showModal();
    let stream: MediaStream | undefined;
    let isClosed = false;
    const end = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(
      (found) => {
        stream = found;
        if (isClosed) end();
        else if (video.current) video.current.srcObject = found;
      },
      (error: Error) => {
        onProblem(refused[error.name] ?? `The camera does not start: ${error.message}`);
        dialog.current?.close();
      },
    );
    return () => {
      isClosed = true;
      end();
    };
  }, []);
  const take = () => {
    const { current } = video;
    if (!current) return;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [current.videoWidth, current.videoHeight];
    canvas.getContext("2d")?.drawImage(current, 0, 0);
    canvas.toBlob((blob) => {
      if (blob) onPicture(blob);
      dialog.current?.close();
    }, "image/png");
  };
  return (
    <dialog ref={dialog} aria-label="Camera" onClose={onClose}>
      <div class="camera">
        <video ref={video} autoplay muted playsInline onLoadedData={() => setIsReady(true)} />
        <div class="row">
          <button type="button" class="primary" disabled={!isReady} onClick={take}>
            Take the picture
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </div>
    </dialog>
  );
}
