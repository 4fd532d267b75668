// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Memberships} from "../src/Memberships.sol";
import {Rewards} from "../src/Rewards.sol";
import {WorkReceipts} from "../src/WorkReceipts.sol";
import {Network} from "./Network.sol";

/// What each action costs as a transaction of its own, 21,000 and its bytes included (forge's --isolate). scripts/test.mjs writes
/// the figures into GAS.md, and compares.
contract GasReport is Network {
    string private constant URI = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
    bytes32 private constant SIBLING = keccak256("sibling");

    function taken(string memory action) private {
        vm.snapshotGasLastCall(action);
    }

    function test_gas_of_providers() public {
        vm.prank(provider);
        token.approve(address(providers), type(uint256).max);
        vm.prank(provider);
        providers.register(1_000 * AI);
        taken("provider: register");
        (uint8 v, bytes32 r, bytes32 s) = permit(OTHER_PROVIDER_KEY, address(providers), MINIMUM, block.timestamp);
        vm.prank(otherProvider);
        providers.registerWithPermit(MINIMUM, block.timestamp, v, r, s);
        taken("provider: registerWithPermit");
        vm.prank(provider);
        providers.increaseStake(1);
        taken("provider: increaseStake");
        vm.prank(OPERATOR);
        providers.whitelist(provider);
        taken("operator: whitelist");
        vm.prank(provider);
        providers.unbond(1);
        taken("provider: unbond");
        vm.prank(SLASHER);
        providers.proposeSlash(provider, 1, "cheated");
        taken("slasher: proposeSlash");
        vm.prank(provider);
        providers.appeal(1, "I did not");
        taken("provider: appeal");
        vm.prank(ARBITER);
        providers.decideAppeal(1, true, "you did");
        taken("arbiter: decideAppeal");
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(provider);
        providers.withdraw();
        taken("provider: withdraw");
        vm.prank(OPERATOR);
        providers.blacklist(provider, "cheated");
        taken("operator: blacklist");
    }

    function test_gas_of_nodes_and_memberships() public {
        whitelisted(provider, 1_000 * AI);
        bytes memory signature = registration(provider, NODE_KEY, block.timestamp);
        vm.prank(provider);
        nodes.register(node, URI, block.timestamp, signature);
        taken("provider: register a node");
        bytes32 subject = nodes.subjectOf(node);
        vote(V1, address(nodes), subject, 1, APPROVED);
        taken("validator: first vote on a node");
        vote(V2, address(nodes), subject, 1, APPROVED);
        taken("validator: deciding vote on a node");
        validated(provider, OTHER_NODE_KEY);
        vm.prank(BUYER);
        uint256 run = runs.create(terms());
        taken("buyer: create a run");
        vm.prank(manager);
        runs.start(run);
        taken("manager: start a run");
        join(run, node, "node: join, first of a run");
        join(run, otherNode, "node: join, later");
        vm.prank(node);
        memberships.quit(node);
        taken("node: quit");
        Memberships.Invite memory one = invite(run, node);
        signature = sign(MANAGER_KEY, memberships.inviteDigest(one));
        bytes memory acceptance = sign(NODE_KEY, memberships.acceptanceDigest(one));
        memberships.joinFor(one, signature, acceptance);
        taken("anyone: join for a node, again");
        vm.prank(manager);
        runs.end(run);
        taken("manager: end a run, however many nodes");
    }

    function test_gas_of_work() public {
        uint256 run = active();
        for (uint256 i = 1; i <= 2; ++i) {
            joined(run, validated(provider, 0x7000 + i));
        }
        WorkReceipts.Leaf memory leaf = WorkReceipts.Leaf(run, node, 1, 0, SIBLING, 5);
        WorkReceipts.NodeWork[] memory work = new WorkReceipts.NodeWork[](1);
        work[0] = WorkReceipts.NodeWork(node, fold(receipts.leafOf(leaf), 10), 100, 1_000);
        vm.prank(manager);
        receipts.post(run, 1, work, SIBLING, "ipfs://leaves");
        taken("manager: post the work of one node");
        work = new WorkReceipts.NodeWork[](3);
        for (uint256 i; i < 3; ++i) {
            address one = i == 0 ? node : vm.addr(0x7000 + i);
            work[i] = WorkReceipts.NodeWork(one, SIBLING, 100, 1_000);
        }
        vm.prank(manager);
        receipts.post(run, 2, work, SIBLING, "ipfs://leaves");
        taken("manager: post the work of three nodes");
        vm.prank(V1);
        bytes32 subject = receipts.dispute(leaf, path(10), WorkReceipts.Severity.HARD);
        taken("validator: dispute one of 1,000 receipts");
        vote(V1, address(receipts), subject, 0, REJECTED);
        vote(V2, address(receipts), subject, 0, REJECTED);
        taken("validator: deciding vote, eject and slash");
    }

    function test_gas_of_pay() public {
        uint256 run = opened();
        vm.prank(BUYER);
        token.approve(address(escrow), type(uint256).max);
        vm.prank(BUYER);
        escrow.deposit(run, 10_000 * AI);
        taken("buyer: deposit");
        vm.prank(manager);
        escrow.reserve(run, 5_000 * AI);
        taken("manager: reserve");
        vm.prank(manager);
        escrow.release(run, 4_000 * AI);
        taken("manager: release to the rewards");
        uint256[3] memory depths = [uint256(10), 17, 20];
        string[3] memory names = ["1,000", "100,000", "1,000,000"];
        for (uint64 i; i < 3; ++i) {
            address account = address(uint160(0x900 + i));
            claimed(2 * i + 1, account, depths[i], names[i]);
        }
        // roots lie in a ring: from the 65th on no storage is new
        for (uint64 epoch = 7; epoch <= 66; ++epoch) {
            vm.warp(block.timestamp + 1 days);
            vm.prank(POSTER);
            rewards.post(epoch, SIBLING, 4_000 * AI, SIBLING, URI);
        }
        taken("poster: post a root, later");
        many(67, 50);
        vm.prank(BUYER);
        runs.end(run);
        vm.prank(BUYER);
        escrow.refund(run);
        taken("buyer: refund");
    }

    function claimed(uint64 epoch, address account, uint256 depth, string memory name) private {
        bytes32 root = fold(rewards.leafOf(account, 100), depth);
        vm.prank(POSTER);
        rewards.post(epoch, root, 4_000 * AI, SIBLING, URI);
        if (epoch == 1) taken("poster: post a root, first");
        vm.warp(block.timestamp + WINDOW);
        rewards.claim(epoch, account, 100, path(depth));
        taken(string.concat("anyone: first claim of an account, one of ", name));
        root = fold(rewards.leafOf(account, 200), depth);
        vm.prank(POSTER);
        rewards.post(epoch + 1, root, 4_000 * AI, SIBLING, "");
        vm.warp(block.timestamp + WINDOW);
        rewards.claim(epoch + 1, account, 200, path(depth));
        taken(string.concat("anyone: later claim of an account, one of ", name));
    }

    /// 50 accounts side by side under a root of 2^20 leaves.
    function many(uint64 epoch, uint256 count) private {
        Rewards.Claim[] memory claims = new Rewards.Claim[](count);
        bytes32[] memory level = new bytes32[](64);
        for (uint256 i; i < 64; ++i) {
            level[i] = i < count ? rewards.leafOf(address(uint160(0xA000 + i)), 7) : SIBLING;
        }
        for (uint256 i; i < count; ++i) {
            claims[i] = Rewards.Claim(address(uint160(0xA000 + i)), 7, path(20));
        }
        for (uint256 depth; depth < 6; ++depth) {
            for (uint256 i; i < count; ++i) {
                claims[i].proof[depth] = level[(i >> depth) ^ 1];
            }
            bytes32[] memory next = new bytes32[](level.length / 2);
            for (uint256 i; i < next.length; ++i) {
                next[i] = pair(level[2 * i], level[2 * i + 1]);
            }
            level = next;
        }
        bytes32 root = level[0];
        for (uint256 depth = 6; depth < 20; ++depth) {
            root = pair(root, path(20)[depth]);
        }
        vm.prank(POSTER);
        rewards.post(epoch, root, 4_000 * AI, SIBLING, "");
        vm.warp(block.timestamp + WINDOW);
        rewards.claimMany(epoch, claims);
        taken("anyone: first claims of 50 accounts at once, of 1,000,000");
    }

    function join(uint256 run, address one, string memory name) private {
        Memberships.Invite memory given = invite(run, one);
        bytes memory signature = sign(MANAGER_KEY, memberships.inviteDigest(given));
        vm.prank(one);
        memberships.join(given, signature);
        taken(name);
    }

    function fold(bytes32 leaf, uint256 depth) private pure returns (bytes32 root) {
        root = leaf;
        bytes32[] memory siblings = path(depth);
        for (uint256 i; i < depth; ++i) {
            root = pair(root, siblings[i]);
        }
    }

    function path(uint256 depth) private pure returns (bytes32[] memory siblings) {
        siblings = new bytes32[](depth);
        for (uint256 i; i < depth; ++i) {
            siblings[i] = keccak256(abi.encode(SIBLING, i));
        }
    }
}
