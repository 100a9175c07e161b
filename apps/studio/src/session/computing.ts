import type { Client, News } from "../protocol.js";
import { isForeign, type Settings } from "../settings/settings.js";
import { type Connection, connect } from "./client.js";
import { startWorker } from "./start-worker.js";

/** The worker that computes; another one where the settings need foreign code, or do not any more. */
export class Computing {
  private runsForeignCode = false;
  private connection: Connection;
  /** Whether its memory is used up, or in pieces: what WebAssembly took it never gives back. */
  isWorn = false;

  constructor(private readonly hear: (news: News) => void) {
    this.connection = this.start();
  }

  get client(): Client {
    return this.connection.client;
  }

  private start(): Connection {
    return connect(startWorker(this.runsForeignCode), this.hear);
  }

  /** To be called before a model is made. */
  async suit({ model }: Settings): Promise<void> {
    if (isForeign(model) === this.runsForeignCode && !this.connection.isDead && !this.isWorn) return;
    // A picture may still be read.
    await this.connection.idle();
    this.runsForeignCode = isForeign(model);
    this.restart();
  }

  /** Ends whatever is computed. */
  restart(): void {
    this.isWorn = false;
    this.connection.close();
    this.connection = this.start();
  }
}
