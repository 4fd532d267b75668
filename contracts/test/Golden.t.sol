// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ComputeNodes} from "../src/ComputeNodes.sol";
import {Memberships} from "../src/Memberships.sol";
import {Rewards} from "../src/Rewards.sol";
import {WorkReceipts} from "../src/WorkReceipts.sol";
import {Network} from "./Network.sol";

/// The leaves and digests of golden.json, which Java computes too: both sides of the wire agree on every byte.
contract GoldenTest is Network {
    string private golden;

    function setUp() public override {
        super.setUp();
        vm.chainId(31337);
        golden = vm.readFile("test/golden.json");
    }

    function number(string memory key) private view returns (uint256) {
        return vm.parseJsonUint(golden, key);
    }

    function account(string memory key) private view returns (address) {
        return vm.parseJsonAddress(golden, key);
    }

    /// A contract's code, at the address that the file names.
    function placed(address code, string memory key) private returns (address there) {
        there = account(key);
        vm.etch(there, code.code);
    }

    function test_a_reward_leaf() public {
        Rewards one = Rewards(placed(address(rewards), ".rewardLeaf.contract"));
        bytes32 leaf = one.leafOf(account(".rewardLeaf.account"), number(".rewardLeaf.cumulative"));
        eq(leaf, vm.parseJsonBytes32(golden, ".rewardLeaf.leaf"), "leaf");
    }

    function test_a_work_leaf() public {
        WorkReceipts one = WorkReceipts(placed(address(receipts), ".workLeaf.contract"));
        bytes32 leaf = one.leafOf(
            WorkReceipts.Leaf({
                run: number(".workLeaf.run"),
                node: account(".workLeaf.node"),
                epoch: uint64(number(".workLeaf.epoch")),
                index: uint32(number(".workLeaf.index")),
                receiptHash: vm.parseJsonBytes32(golden, ".workLeaf.receiptHash"),
                units: uint96(number(".workLeaf.units"))
            })
        );
        eq(leaf, vm.parseJsonBytes32(golden, ".workLeaf.leaf"), "leaf");
    }

    function test_a_node_registration() public {
        ComputeNodes one = ComputeNodes(placed(address(nodes), ".nodeRegistration.typedData.domain.verifyingContract"));
        bytes32 digest = one.registrationDigest(
            account(".nodeRegistration.typedData.message.provider"),
            account(".nodeRegistration.typedData.message.node"),
            number(".nodeRegistration.typedData.message.nonce"),
            number(".nodeRegistration.typedData.message.deadline")
        );
        eq(digest, vm.parseJsonBytes32(golden, ".nodeRegistration.digest"), "digest");
    }

    function test_an_invite_and_its_acceptance() public {
        Memberships one = Memberships(placed(address(memberships), ".invite.typedData.domain.verifyingContract"));
        Memberships.Invite memory given = Memberships.Invite({
            run: number(".invite.typedData.message.run"),
            node: account(".invite.typedData.message.node"),
            nonce: number(".invite.typedData.message.nonce"),
            expiry: number(".invite.typedData.message.expiry")
        });
        eq(one.inviteDigest(given), vm.parseJsonBytes32(golden, ".invite.digest"), "invite");
        eq(one.acceptanceDigest(given), vm.parseJsonBytes32(golden, ".acceptance.digest"), "acceptance");
    }

    function test_a_claim_delegation() public {
        Rewards one = Rewards(placed(address(rewards), ".claimDelegation.typedData.domain.verifyingContract"));
        bytes32 digest = one.delegationDigest(
            Rewards.Delegation({
                account: account(".claimDelegation.typedData.message.account"),
                delegate: account(".claimDelegation.typedData.message.delegate"),
                recipient: account(".claimDelegation.typedData.message.recipient"),
                nonce: number(".claimDelegation.typedData.message.nonce"),
                deadline: number(".claimDelegation.typedData.message.deadline")
            })
        );
        eq(digest, vm.parseJsonBytes32(golden, ".claimDelegation.digest"), "digest");
    }
}
