import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { User } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { sampleStatus } from "../doctor/testing/sample-answer.ts";
import { World } from "../testing/world.ts";

describe("bell status, of whoever asks", () => {
  let world: World;
  let user: () => User;
  beforeEach(async () => {
    user = () => User.fromPartial({ email: "ann@example.com" });
    world = await World.open({
      GetStatus: () => sampleStatus(),
      ListQuotes: () => ({ quotes: [] }),
      GetCurrentUser: () => user(),
    });
  });
  afterEach(() => world.close());
  const problems = async () => {
    const { output } = await world.bell("status", "--json");
    return (JSON.parse(output) as { problems: readonly { message: string; mend: string }[] }).problems;
  };

  it("says that the address refuses mail, and what mends it", async () => {
    world.logIn();
    user = () => User.fromPartial({ email: "ann@example.com", isAddressRefused: true });
    const [problem, ...others] = await problems();
    expect(problem?.message).to.equal("No mail goes to ann@example.com: it was refused three times in a row.");
    expect(problem?.mend).to.include("./bell register ann@example.com");
    expect(others).to.deep.equal([]);
    expect((await world.bell("status")).exitCode).to.equal(1);
  });

  it("has nothing to say of one that takes mail, of nobody, and of a log-in that is over", async () => {
    expect(await problems()).to.deep.equal([]);
    expect(world.server.requests("GetCurrentUser")).to.deep.equal([]);
    world.logIn();
    expect(await problems()).to.deep.equal([]);
    expect(world.server.requests("GetCurrentUser")).to.have.length(1);
    user = () => {
      throw new AppError("PERMISSION_DENIED", "ROLE_NOT_ALLOWED", "no");
    };
    expect(await problems()).to.deep.equal([]);
  });
});
