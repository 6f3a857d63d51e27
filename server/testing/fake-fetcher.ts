import type { ClientDuplexStream } from "@grpc/grpc-js";
import {
  FetcherReport,
  SourceState,
  type QuoteServiceClient,
  type SearchSymbols,
  type StreamQuotesRequest,
  type StreamQuotesResponse,
  type SymbolsFound,
  type WatchedSymbol,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { FoundSymbol } from "../../proto/gen/tickerbell/v1/symbol_service.ts";

/** What a source says to a search: listings, a refusal, or nothing at all. */
export type SourceAnswer = Partial<FoundSymbol>[] | { readonly refusal: string; readonly message: string } | null;

/** The fetcher's side of what the server says by itself, for tests. */
export class FakeFetcher {
  /** The lists that it was told, in their order. */
  readonly lists: (readonly WatchedSymbol[])[] = [];
  /** What was looked up through it. */
  readonly searches: string[] = [];
  /** The id of the newest of them. */
  searchId = "";
  /** What its source says to a search. */
  answer: (text: string) => SourceAnswer = () => [];
  readonly #call: ClientDuplexStream<StreamQuotesRequest, StreamQuotesResponse>;

  constructor(client: QuoteServiceClient) {
    this.#call = client.streamQuotes();
    this.#call.on("error", () => undefined);
    this.#call.on("data", ({ message }: StreamQuotesResponse) => {
      if (message?.$case === "symbols") this.lists.push(message.value.symbols);
      if (message?.$case === "search") this.#search(message.value);
    });
  }

  /** Tells the server of itself: it follows the list and can search, unless told. */
  report(changes: Partial<FetcherReport> = {}): void {
    const usual = { followsServer: true, canSearch: true, sourceState: SourceState.ANSWERING };
    this.#call.write({ message: { $case: "report", value: FetcherReport.fromPartial({ ...usual, ...changes }) } });
  }

  found(found: SymbolsFound): void {
    this.#call.write({ message: { $case: "found", value: found } });
  }

  leave(): void {
    this.#call.cancel();
  }

  #search({ id, text }: SearchSymbols): void {
    this.searches.push(text);
    this.searchId = id;
    const answer = this.answer(text);
    if (answer === null) return;
    const isRefusal = "refusal" in answer;
    this.found({
      id,
      matches: isRefusal ? [] : answer.map((one) => FoundSymbol.fromPartial(one)),
      refusalClass: isRefusal ? answer.refusal : "",
      refusalMessage: isRefusal ? answer.message : "",
    });
  }
}
