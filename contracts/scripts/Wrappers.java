import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.web3j.codegen.SolidityFunctionWrapperGenerator;

/** A web3j wrapper of each contract whose ABI and bytecode are committed. The build runs this file as it is. */
public final class Wrappers {
    private Wrappers() {}

    public static void main(String[] args) throws IOException {
        Path contracts = Path.of(args[0]);
        try (Stream<Path> abis = Files.list(contracts.resolve("abi"))) {
            abis.sorted().forEach(abi -> {
                String name = abi.getFileName().toString().replace(".abi", "");
                Path bin = contracts.resolve("bin").resolve(name + ".bin");
                SolidityFunctionWrapperGenerator.main(
                        new String[] {"-a", abi.toString(), "-b", bin.toString(), "-o", args[1], "-p", args[2]});
            });
        }
    }
}
