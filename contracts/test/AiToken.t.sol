// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Network} from "./Network.sol";

contract AiTokenTest is Network {
    function test_a_unit_is_a_minor_of_the_ledger() public view {
        eq(token.decimals(), 6, "decimals");
    }

    function test_only_minters_mint() public {
        bytes32 role = token.MINTER_ROLE();
        unauthorized(STRANGER, role);
        vm.prank(STRANGER);
        token.mint(STRANGER, 1);
    }

    function test_the_cap_holds() public {
        uint256 rest = token.cap() - token.totalSupply();
        vm.prank(ADMIN);
        token.mint(BUYER, rest);
        refused(abi.encodeWithSelector(ERC20Capped.ERC20ExceededCap.selector, token.cap() + 1, token.cap()));
        vm.prank(ADMIN);
        token.mint(BUYER, 1);
    }

    function test_nobody_burns_what_is_anothers_without_an_allowance() public {
        refused(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, ADMIN, 0, 1));
        vm.prank(ADMIN);
        token.burnFrom(BUYER, 1);
        vm.prank(BUYER);
        token.approve(ADMIN, 1);
        uint256 before = token.totalSupply();
        vm.prank(ADMIN);
        token.burnFrom(BUYER, 1);
        vm.prank(BUYER);
        token.burn(1);
        eq(token.totalSupply(), before - 2, "supply");
    }

    function testFuzz_transfers_conserve(uint256 amount) public {
        amount = bound(amount, 0, token.balanceOf(BUYER));
        uint256 supply = token.totalSupply();
        uint256 both = token.balanceOf(BUYER) + token.balanceOf(STRANGER);
        vm.prank(BUYER);
        yes(token.transfer(STRANGER, amount), "transferred");
        eq(token.balanceOf(BUYER) + token.balanceOf(STRANGER), both, "both");
        eq(token.totalSupply(), supply, "supply");
    }
}
